/** The intents that only look: moving, opening, filtering, freezing. */

import type { Row } from './all-items.ts';
import { isView, type LookIntent } from './intents.ts';
import { ABOUT, cursorOf, isLog, itemsOf, meantItem, meantPane } from './items.ts';
import { layoutOf, placesOf } from './layout.ts';
import type { Step } from './messages.ts';
import { liveFeed, type Model, type PaneState, withNotice } from './model.ts';
import { nextSort, type Sort } from './sort.ts';
import { mainPane, type PaneName, panesOf, type ViewName } from './views.ts';
import { serverName, serviceName } from './words.ts';

export function look(model: Model, intent: LookIntent): Step<Model> {
  switch (intent) {
    case 'quit':
      return [model, [{ type: 'quit', code: 0 }]];
    case 'repaint':
      return [model, [{ type: 'repaint' }]];
    case 'suspend':
      return [model, [{ type: 'suspend' }]];
    case 'open':
      return open(model);
    case 'why':
      return why(model);
    case 'json':
      return [json(model), []];
    case 'help':
      return [{ ...model, dialog: { kind: 'help', top: 0 } }, []];
    case 'outcome':
      if (model.outcomes.length === 0) return [withNotice(model, 'no operation has been done from here yet'), []];
      return [{ ...model, dialog: { kind: 'outcome', top: 0 } }, []];
    default:
      return [arrange(model, intent), []];
  }
}

type Arranging = Exclude<LookIntent, 'quit' | 'repaint' | 'suspend' | 'open' | 'why' | 'json' | 'help' | 'outcome'>;

function arrange(model: Model, intent: Arranging): Model {
  if (isView(intent)) return toView(model, intent.slice('view-'.length) as ViewName);
  switch (intent) {
    case 'next-pane':
      return { ...model, focus: neighbour(model, 1) };
    case 'previous-pane':
      return { ...model, focus: neighbour(model, -1) };
    case 'other-node':
      return otherNode(model);
    case 'filter': {
      const { filter } = model.panes[model.focus];
      return { ...model, dialog: { kind: 'filter', pane: model.focus, text: filter, before: filter } };
    }
    case 'sort-next':
      return sort(model, (now) => nextSort(model.focus, now, 1));
    case 'sort-previous':
      return sort(model, (now) => nextSort(model.focus, now, -1));
    case 'sort-invert':
      return sort(model, (now) => now && { ...now, inverted: !now.inverted });
    case 'events-of-row':
      return eventsOfRow(model);
    case 'wallboard':
      return { ...model, wallboard: 'open' };
    case 'freeze':
      return { ...model, frozen: model.frozen ? null : { feed: liveFeed(model), at: model.at } };
    case 'zoom':
      return { ...model, zoom: !model.zoom };
    case 'mark':
      return mark(model);
    case 'back':
      return back(model);
    default:
      return move(model, intent);
  }
}

function sort(model: Model, change: (now: Sort | null) => Sort | null): Model {
  if (isLog(model.focus)) return withNotice(model, 'a log is in the order of time', 'plain');
  const state = model.panes[model.focus];
  return withPane(model, { ...state, sort: change(state.sort) });
}

/** The journal, of this row alone: a filter that Esc clears as any other. */
function eventsOfRow(model: Model): Model {
  const item = meantItem(model);
  const subject = item && subjectOf(item);
  if (subject === undefined) return withNotice(model, 'l shows the events of an instance, a service or a real server');
  const events: PaneState = { ...model.panes.events, filter: `${ABOUT}${subject}`, selected: null };
  const there = panesOf(model.view).includes('events') ? model : toView(model, 'events');
  return { ...there, focus: 'events', panes: { ...model.panes, events } };
}

function subjectOf(item: Row): string | undefined {
  if (item.kind === 'service') return serviceName(item.service);
  if (item.kind === 'operation') return item.operation.target;
  return item.kind === 'event' ? item.event.subject || undefined : targetOf(item);
}

function json(model: Model): Model {
  const item = meantItem(model);
  return item ? { ...model, dialog: { kind: 'json', pane: meantPane(model), id: item.id, top: 0 } } : model;
}

function neighbour({ view, focus }: Model, by: number): PaneName {
  const panes = panesOf(view);
  return panes[(panes.indexOf(focus) + by + panes.length) % panes.length] ?? focus;
}

/** Where one was in it. */
function toView(model: Model, view: ViewName): Model {
  const focuses = { ...model.focuses, [model.view]: model.focus };
  return { ...model, view, focuses, zoom: false, focus: focuses[view] ?? mainPane(view) };
}

function otherNode(model: Model): Model {
  if (model.feeds.length < 2) return withNotice(model, 'there is only this node here');
  return { ...model, link: (model.link + 1) % model.feeds.length, marked: new Set(), frozen: null };
}

/** Marks are for servers: the only rows that operations take several of. */
function mark(model: Model): Model {
  const item = meantItem(model);
  if (item?.kind !== 'server') return withNotice(model, 'Space marks a real server: press 3 and choose one');
  const marked = new Set(model.marked);
  if (!marked.delete(item.id)) marked.add(item.id);
  return move({ ...model, marked }, 'down');
}

/** One thing at a time, the most recent kind first. */
function back(model: Model): Model {
  if (model.frozen) return { ...model, frozen: null };
  if (model.marked.size > 0) return { ...model, marked: new Set() };
  const state = model.panes[model.focus];
  if (state.filter !== '') return withPane(model, { ...state, filter: '' });
  if (model.zoom) return { ...model, zoom: false };
  if (state.selected === null && model.notice === null) return toView(model, 'overview');
  return { ...withPane(model, { ...state, selected: null }), notice: null };
}

type Motion = 'up' | 'down' | 'first' | 'last' | 'page-up' | 'page-down';

function move(model: Model, motion: Motion): Model {
  const pane = model.focus;
  const items = itemsOf(model, pane);
  const state = model.panes[pane];
  const cursor = cursorOf(items, state.selected, pane);
  const height = placesOf(layoutOf(model)).find((place) => place.pane === pane)?.height ?? 2;
  const page = Math.max(1, height - 2);
  const by = { up: -1, down: 1, first: -items.length, last: items.length, 'page-up': -page, 'page-down': page }[motion];
  const target = Math.max(0, Math.min(items.length - 1, cursor + by));
  const follows = isLog(pane) && target === items.length - 1 && motion !== 'up';
  return withPane(model, { ...state, selected: follows ? null : (items[target]?.id ?? null) });
}

const withPane = (model: Model, state: PaneState): Model => ({
  ...model,
  panes: { ...model.panes, [model.focus]: state },
});

function open(model: Model): Step<Model> {
  const item = meantItem(model);
  if (!item) return [model, []];
  const { token, link } = model;
  const target = targetOf(item);
  return [
    {
      ...model,
      token: token + 1,
      dialog: {
        kind: 'details',
        pane: meantPane(model),
        id: item.id,
        top: 0,
        why: { token, text: target ? null : '' },
      },
    },
    target ? [{ type: 'why', link, token, target }] : [],
  ];
}

function why(model: Model): Step<Model> {
  const item = meantItem(model);
  const target = item && targetOf(item);
  if (!target) return [withNotice(model, 'x explains an instance (2) or a real server (3): choose one'), []];
  const { token, link } = model;
  return [
    { ...model, token: token + 1, dialog: { kind: 'why', target, why: { token, text: null } } },
    [{ type: 'why', link, token, target }],
  ];
}

function targetOf(item: Row): string | undefined {
  switch (item.kind) {
    case 'instance':
      return item.instance.name;
    case 'server':
      return serverName(item.server);
    case 'check':
      return serverName(item.probe.users[0].server);
    case 'discard':
      return item.discard.instance.name;
    default:
      return undefined;
  }
}
