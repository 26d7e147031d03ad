/** What the operator can want. Which key means it is keys.ts; what comes of it is update.ts. */
import type { ViewName } from './views.ts';

/** To another view. */
export type ViewIntent = `view-${ViewName}`;

export type LookIntent =
  | ViewIntent
  | 'help'
  | 'quit'
  | 'back'
  | 'next-pane'
  | 'previous-pane'
  | 'other-node'
  | 'up'
  | 'down'
  | 'first'
  | 'last'
  | 'page-up'
  | 'page-down'
  | 'open'
  | 'why'
  | 'outcome'
  | 'filter'
  | 'sort-next'
  | 'sort-previous'
  | 'sort-invert'
  | 'json'
  | 'events-of-row'
  | 'mark'
  | 'wallboard'
  | 'freeze'
  | 'zoom'
  | 'repaint'
  | 'suspend';

/** These go through a plan; nothing acts on one stroke. */
export type ChangeIntent =
  | 'failover'
  | 'failback'
  | 'standby'
  | 'maintenance'
  | 'drain'
  | 'enable'
  | 'weight'
  | 'reload';

export type Intent = LookIntent | ChangeIntent;

const CHANGES: ReadonlySet<string> = new Set<ChangeIntent>([
  'failover',
  'failback',
  'standby',
  'maintenance',
  'drain',
  'enable',
  'weight',
  'reload',
]);
export const isView = (intent: Intent): intent is ViewIntent => intent.startsWith('view-');
export const isChange = (intent: Intent): intent is ChangeIntent => CHANGES.has(intent);
