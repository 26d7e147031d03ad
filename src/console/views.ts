/** The views and the panes in each: keys, header, help and layout are made from this table. */
export type PaneName =
  | 'instances'
  | 'services'
  | 'operations'
  | 'checks'
  | 'adverts'
  | 'events'
  | 'facts'
  | 'peers'
  | 'senders'
  | 'discards';
export type ViewName = 'overview' | 'vrrp' | 'services' | 'operations' | 'checks' | 'events' | 'wire';

export interface Claim {
  readonly pane: PaneName;
  /** Rows on a narrow screen, where it wants so many. */
  readonly least: number;
}

/** One pane, or two: side by side where the screen is wide, else one below the other. */
export interface Band {
  readonly panes: readonly [Claim, Claim?];
  /** How much of the width the left one of two gets, percent. Default: half. */
  readonly left?: number;
  /** On a wide screen it gets one part in so many of the height, where it wants so much. */
  readonly part: number;
}

export interface ViewSpec {
  readonly key: string;
  readonly name: ViewName;
  readonly title: string;
  /** For the help page. */
  readonly does: string;
  /** The first pane of the first one is the view's main one: `facts` and `peers` are of the row under its cursor. */
  readonly bands: readonly [Band, ...Band[]];
}

const one = (pane: PaneName, least: number, part: number): Band => ({ panes: [{ pane, least }], part });

export const VIEWS: readonly [ViewSpec, ...ViewSpec[]] = [
  {
    key: '1',
    name: 'overview',
    title: 'Overview',
    does: 'overview: instances, services, adverts, events',
    bands: [
      one('instances', 5, 4),
      one('services', 7, 4),
      {
        panes: [
          { pane: 'adverts', least: 4 },
          { pane: 'events', least: 4 },
        ],
        part: 3,
      },
    ],
  },
  {
    key: '2',
    name: 'vrrp',
    title: 'VRRP',
    does: 'VRRP: an instance in full, and who advertises it',
    bands: [
      one('instances', 5, 3),
      {
        panes: [
          { pane: 'facts', least: 9 },
          { pane: 'peers', least: 4 },
        ],
        part: 2,
      },
    ],
  },
  {
    key: '3',
    name: 'services',
    title: 'Services',
    does: 'services: real servers, weights, connections, drains',
    bands: [one('services', 11, 2), one('facts', 8, 3)],
  },
  {
    key: '4',
    name: 'operations',
    title: 'Operations',
    does: 'operations: under way and past, measured beside predicted',
    bands: [one('operations', 11, 2), one('facts', 8, 3)],
  },
  {
    key: '5',
    name: 'checks',
    title: 'Checks',
    does: 'checks: each probe, its last result and its next run',
    bands: [one('checks', 11, 2), one('facts', 8, 3)],
  },
  {
    key: '6',
    name: 'events',
    title: 'Events',
    does: 'events: the journal',
    bands: [one('events', 19, 1)],
  },
  {
    key: '8',
    name: 'wire',
    title: 'Wire',
    does: 'the wire: senders with rate and jitter, discards, adverts',
    bands: [
      {
        panes: [
          { pane: 'senders', least: 6 },
          { pane: 'discards', least: 4 },
        ],
        left: 60,
        part: 3,
      },
      one('adverts', 9, 2),
    ],
  },
];

export const viewSpec = (name: ViewName): ViewSpec => VIEWS.find((view) => view.name === name) ?? VIEWS[0];
export const panesOf = (name: ViewName): readonly PaneName[] =>
  viewSpec(name).bands.flatMap(({ panes }) => panes.flatMap((claim) => claim?.pane ?? []));
export const mainPane = (name: ViewName): PaneName => viewSpec(name).bands[0].panes[0].pane;
