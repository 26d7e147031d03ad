/** Everything the console knows, as one value. `update` makes the next one; the view only reads it. */
import type { OperationRequest, OperationResult, Plan } from '../control/operations.ts';
import { emptyFeed, type Feed } from './feed.ts';
import type { Sort } from './sort.ts';
import type { Tone } from './theme.ts';
import type { PaneName, ViewName } from './views.ts';

export interface PaneState {
  /** The row under the cursor, by id; null: the first one, or in a log the newest. */
  readonly selected: string | null;
  /** Index of the first row that is drawn. */
  readonly top: number;
  readonly filter: string;
  /** Null: as configured. */
  readonly sort: Sort | null;
}

export interface Title {
  /** `demo: namespaces`, or the socket's path. */
  readonly mode: string;
  /** Why this mode. */
  readonly why: string;
}

/** A plan on the screen. Several marked servers are several plans, confirmed as one. */
export interface PlanDialog {
  readonly kind: 'plan';
  readonly requests: readonly OperationRequest[];
  readonly plans: readonly Plan[];
  readonly link: number;
  /** First line drawn; the last line ever drawn decides whether the plan has been seen whole. */
  readonly top: number;
  readonly seen: number;
  /** When the whole plan stood on the screen; null: not yet. */
  readonly drawnAt: number | null;
  /** Tier 3: what has been typed. */
  readonly typed: string;
}

export type Dialog =
  | { readonly kind: 'help'; readonly top: number }
  | { readonly kind: 'details'; readonly pane: PaneName; readonly id: string; readonly top: number; readonly why: Why }
  /** The row as the engine's JSON has it. */
  | { readonly kind: 'json'; readonly pane: PaneName; readonly id: string; readonly top: number }
  | { readonly kind: 'why'; readonly target: string; readonly why: Why }
  | { readonly kind: 'outcome'; readonly top: number }
  | { readonly kind: 'filter'; readonly pane: PaneName; readonly text: string; readonly before: string }
  | { readonly kind: 'weight'; readonly requests: readonly OperationRequest[]; readonly text: string }
  | { readonly kind: 'planning'; readonly requests: readonly OperationRequest[]; readonly token: number }
  | PlanDialog;

export interface Why {
  readonly token: number;
  /** Null: asked, not answered yet. */
  readonly text: string | null;
}

export interface Outcome {
  readonly request: OperationRequest;
  readonly result: OperationResult | null;
  /** Where there is no result: why. */
  readonly error: string | null;
}

export interface Running {
  readonly token: number;
  readonly link: number;
  readonly requests: readonly OperationRequest[];
  readonly startedAt: number;
  readonly outcomes: readonly Outcome[];
}

export interface Notice {
  readonly text: string;
  readonly tone: Tone;
  readonly at: number;
}

export interface Model {
  /** The console's clock, ms. */
  readonly at: number;
  readonly columns: number;
  readonly rows: number;
  readonly ascii: boolean;
  readonly title: Title;
  readonly readOnly: boolean;
  readonly feeds: readonly Feed[];
  readonly link: number;
  /** The picture as it was when `p` was pressed. */
  readonly frozen: { readonly feed: Feed; readonly at: number } | null;
  readonly view: ViewName;
  readonly focus: PaneName;
  /** Where one was in the other views. */
  readonly focuses: Readonly<Partial<Record<ViewName, PaneName>>>;
  readonly zoom: boolean;
  /** The charts instead of the panes; `alone`: there is nothing else to come back to. */
  readonly wallboard: 'closed' | 'open' | 'alone';
  readonly panes: Readonly<Record<PaneName, PaneState>>;
  readonly marked: ReadonlySet<string>;
  readonly dialog: Dialog | null;
  readonly running: Running | null;
  readonly outcomes: readonly Outcome[];
  readonly notice: Notice | null;
  /** For the next request, so that a late answer is known as such. */
  readonly token: number;
}

export interface Start {
  readonly at: number;
  readonly columns: number;
  readonly rows: number;
  readonly ascii: boolean;
  readonly title: Title;
  readonly readOnly: boolean;
  readonly links: readonly string[];
  /** `hatop wallboard`. */
  readonly wallboardAlone?: boolean;
}

export function initialModel(start: Start): Model {
  const pane: PaneState = { selected: null, top: 0, filter: '', sort: null };
  const { links, wallboardAlone, ...given } = start;
  const why = start.title.why;
  return {
    ...given,
    feeds: links.map(emptyFeed),
    link: 0,
    frozen: null,
    view: 'overview',
    focus: 'instances',
    focuses: {},
    zoom: false,
    wallboard: wallboardAlone ? 'alone' : 'closed',
    panes: {
      instances: pane,
      services: pane,
      operations: pane,
      checks: pane,
      adverts: pane,
      events: pane,
      facts: pane,
      peers: pane,
      senders: pane,
      discards: pane,
    },
    marked: new Set(),
    dialog: null,
    running: null,
    outcomes: [],
    notice: why === '' ? null : { text: `${start.title.mode}: ${why}`, tone: 'plain', at: start.at },
    token: 1,
  };
}

export const MIN_COLUMNS = 80;
export const MIN_ROWS = 24;
export const tooSmall = ({ columns, rows }: Model): boolean => columns < MIN_COLUMNS || rows < MIN_ROWS;

/** What the panes show: live, or frozen. */
export function shownFeed(model: Model): Feed {
  return model.frozen?.feed ?? liveFeed(model);
}
export const liveFeed = (model: Model): Feed => model.feeds[model.link] ?? emptyFeed('');

/** `plain` notices pass; a warning is what the operator should not miss. */
export const withNotice = (model: Model, text: string, tone: Tone = 'warn'): Model => ({
  ...model,
  notice: { text, tone, at: model.at },
});
