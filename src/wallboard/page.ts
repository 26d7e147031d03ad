/** The page: which chart stands where, and its words. Lines of exactly the size that was asked for. */
import type { InstanceState } from '../control/snapshot.ts';
import { availabilityOf, ninesOf, percent } from './availability.ts';
import { BAR_SPACING, barChart, colourOfSeries, donut, gauge, lcd, lineChart, sparkline } from './charts.ts';
import { advertIntervals, connectionBars, newConnections, serversUp, spellsOf, timeline } from './series.ts';
import { beside, fitted, paint, pane, printable, span, spanOf } from './text.ts';
import type { Observed, Size, Style } from './view.ts';

const SERIES_MAX = 4;
/** One a second while the page is open. */
const RATES_KEPT = 120;
const DAY = 86_400_000;

export interface Wallboard {
  lines(observed: Observed, size: Size, style: Style): string[];
}

/** Keeps what no news repeats: the connections a second of the last two minutes. */
export function createWallboard(): Wallboard {
  const rates: { readonly takenAt: string; readonly cps: number }[] = [];

  function remember({ snapshot }: Observed): void {
    const cps = snapshot && newConnections(snapshot);
    if (cps === null || !snapshot || rates.at(-1)?.takenAt === snapshot.takenAt) return;
    rates.push({ takenAt: snapshot.takenAt, cps });
    if (rates.length > RATES_KEPT) rates.shift();
  }

  return {
    lines(observed, { width, height }, style) {
      remember(observed);
      const left = Math.floor(width * 0.62);
      const right = width - left - 1;
      const top = Math.ceil(height * 0.42);
      const middle = Math.floor((height - top) * 0.5);
      const bottom = height - top - middle;
      const charts = { observed, style };
      return [
        ...beside(
          intervals(charts, { width: left, height: top }),
          ready(charts, { width: right, height: top }),
          [left, right],
          style,
        ),
        ...beside(
          connections(charts, { width: left, height: middle }),
          figures(charts, { width: right, height: middle }, rates),
          [left, right],
          style,
        ),
        ...beside(
          mastership(charts, { width: left, height: bottom }),
          journal(charts, { width: right, height: bottom }),
          [left, right],
          style,
        ),
      ];
    },
  };
}

interface Charts {
  readonly observed: Observed;
  readonly style: Style;
}

function intervals({ observed, style }: Charts, size: Size): string[] {
  const series = advertIntervals(observed.adverts, SERIES_MAX);
  const legend = series.map(({ title }, i) => paint(printable(`vrid ${title}`), colourOfSeries(i), style)).join('  ');
  return pane('time between advertisements, ms', size, style, (room) => {
    if (series.length === 0) return ['no advertisement has passed yet'];
    return [legend, ...lineChart.draw(series, { width: room.width, height: room.height - 1 }, style)];
  });
}

/** The instance that was least able to serve, and its figures. */
function ready({ observed, style }: Charts, size: Size): string[] {
  const names = observed.snapshot?.instances.map(({ name }) => printable(name)) ?? [];
  const all = names.map((name) => ({
    name,
    figures: availabilityOf(spellsOf(name, observed.events, observed.now)),
  }));
  const [worst] = all.sort((a, b) => (a.figures.ratio ?? 2) - (b.figures.ratio ?? 2));
  return pane('able to serve, by the journal', size, style, (room) => {
    if (!worst || worst.figures.ratio === null) return ['unknown: no transition in the journal yet'];
    const { ratio, failures, mttf, mttr, watched } = worst.figures;
    const nines = ninesOf(worst.figures);
    const words = [
      `${worst.name} ${percent(worst.figures)}${Number.isFinite(nines) ? `, nines: ${nines}` : ''}`,
      failures === 0
        ? `no failure in ${span(watched)}`
        : `${failures} failures, MTTF ${span(mttf)}, MTTR ${span(mttr)}`,
    ];
    const height = room.height - words.length;
    if (height < 6) return words;
    return [
      ...words,
      ...donut.draw({ percent: Math.floor(ratio * 100), label: worst.name }, { ...room, height }, style),
    ];
  });
}

function connections({ observed, style }: Charts, size: Size): string[] {
  const { snapshot } = observed;
  return pane('connections of each real server', size, style, (room) => {
    if (!snapshot) return ['UNKNOWN'];
    const bars = connectionBars(snapshot);
    if (bars.length === 0) return ['no connection count is known'];
    const shown = Math.max(1, Math.floor(room.width / BAR_SPACING));
    const more = bars.length > shown ? [`and ${bars.length - shown} more`] : [];
    return [
      ...barChart.draw(bars.slice(0, shown), { ...room, height: room.height + 1 - more.length }, style).slice(0, -1),
      ...more,
    ];
  });
}

/** How long the first instance has been what it is, how many servers are up, and what is coming in. */
function figures({ observed, style }: Charts, size: Size, rates: readonly { cps: number }[]): string[] {
  const { snapshot, now } = observed;
  const up = snapshot && serversUp(snapshot);
  const first = snapshot?.instances[0];
  return pane('real servers up; new connections', size, style, (room) => {
    if (!snapshot) return ['UNKNOWN'];
    const spark = sparkline.draw(
      rates.slice(-(room.width - 2)).map(({ cps }) => cps),
      { width: room.width, height: 3 },
      style,
    );
    const bar = up === null ? ['no real server'] : gauge.draw(up, { width: room.width, height: 5 }, style).slice(2, 4);
    const rest = room.height - 4;
    const since = first ? spanOf(now - Date.parse(first.since)) : '';
    const clock =
      first && rest >= 8
        ? [
            `${printable(first.name)} ${first.state} for`,
            ...lcd.draw(since, { width: room.width, height: rest - 1 }, style),
          ]
        : [];
    return [...bar, ...spark.slice(1), ...clock];
  });
}

const LOOKS: Readonly<Record<InstanceState, { sign: string; ascii: string; colour: string }>> = {
  master: { sign: '█', ascii: '#', colour: 'green' },
  backup: { sign: '▒', ascii: '=', colour: 'cyan' },
  fault: { sign: '×', ascii: 'x', colour: 'red' },
  initialize: { sign: '·', ascii: '.', colour: 'yellow' },
};

function mastership({ observed, style }: Charts, size: Size): string[] {
  const { events, now, snapshot } = observed;
  const names = snapshot?.instances.map(({ name }) => printable(name)) ?? [];
  const spells = names.map((name) => ({ name, spells: spellsOf(name, events, now) }));
  const oldest = Math.min(now, ...spells.flatMap((one) => one.spells[0]?.from ?? []));
  const since = Math.max(oldest, now - DAY);
  const legend = (Object.keys(LOOKS) as InstanceState[]).map((state) => `${sign(state, style)} ${state}`).join('  ');
  return pane(`mastership of the last ${span(now - since)}`, size, style, (room) => {
    if (!snapshot) return ['UNKNOWN'];
    const label = Math.min(16, Math.max(...names.map((name) => name.length), 4) + 1);
    const rows = spells.slice(0, Math.max(1, room.height - 1)).map((one) => {
      const cells = timeline(one.spells, since, now, Math.max(1, room.width - label));
      return fitted(one.name, label - 1) + ' ' + cells.map((state) => (state ? sign(state, style) : ' ')).join('');
    });
    return [...rows, legend];
  });
}

function sign(state: InstanceState, style: Style): string {
  const look = LOOKS[state];
  return paint(style.ascii ? look.ascii : look.sign, look.colour, style);
}

function journal({ observed, style }: Charts, size: Size): string[] {
  return pane('journal', size, style, (room) => {
    const newest = observed.events.slice(-room.height);
    if (newest.length === 0) return ['nothing has happened yet'];
    return newest.map(({ at, subject, text, severity }) => {
      const line = fitted(`${at.slice(11, 19)} ${subject ? `${subject} ` : ''}${text}`, room.width);
      return severity === 'info' ? line : paint(line, severity === 'error' ? 'red' : 'yellow', style);
    });
  });
}
