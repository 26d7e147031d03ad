/** The wallboard, loaded when it is first asked for: the console's start does not pay for it. */
import type { Wallboard } from '../wallboard/page.ts';
import { type Model, shownFeed } from './model.ts';
import { beliefOf } from './rows/context.ts';
import type { Theme } from './theme.ts';
import type { DrawCharts } from './view.ts';

export interface LazyCharts {
  /** What draws the charts of this model; undefined: not loaded (yet). */
  for(model: Model): DrawCharts | undefined;
}

/** `loaded` is called when there is something to draw. */
export function lazyCharts(theme: Theme, loaded: () => void): LazyCharts {
  let boards: Map<number, Wallboard> | undefined;
  let load: (() => Wallboard) | undefined;
  let failed: string | undefined;

  async function fetchCharts(): Promise<void> {
    boards = new Map();
    try {
      load = (await import('../wallboard/page.ts')).createWallboard;
    } catch (error) {
      failed = `the charts cannot be loaded: ${error instanceof Error ? error.message : String(error)}`;
    }
    loaded();
  }

  const draw: DrawCharts = (model, width, height) => {
    if (failed !== undefined) return [failed.slice(0, width)];
    // Each node has its own: what it remembers is that node's.
    const board = boards?.get(model.link) ?? load?.();
    if (!board) return [];
    boards?.set(model.link, board);
    const { snapshot, adverts, events } = shownFeed(model);
    const { known, now } = beliefOf(model);
    const observed = {
      snapshot: known ? snapshot : null,
      adverts: adverts.map(({ value }) => value),
      events: events.map(({ value }) => value),
      now,
    };
    return board.lines(observed, { width, height }, { colour: theme.colour, ascii: theme.ascii });
  };

  return {
    for(model) {
      if (model.wallboard === 'closed') return undefined;
      if (!boards) void fetchCharts();
      return load || failed !== undefined ? draw : undefined;
    },
  };
}
