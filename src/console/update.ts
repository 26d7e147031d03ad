/** `update(model, message) → [model, commands]`: the whole behaviour of the console, without a terminal and without a clock. */
import { dialogKey, dialogPaste } from './dialogs/keys.ts';
import { pageTop } from './dialogs/pages.ts';
import { awaitsPaint, planView } from './dialogs/plan.ts';
import { addEvents, feedUpdate } from './feed.ts';
import { type Intent, isChange } from './intents.ts';
import { cursorOf, itemsOf } from './items.ts';
import { intentOf } from './keys.ts';
import { layoutOf, placesOf, windowTop } from './layout.ts';
import { look } from './look.ts';
import type { Command, Message, Step } from './messages.ts';
import { type Model, type PaneState, tooSmall, withNotice } from './model.ts';
import { ask, failed, finished, plansArrived } from './operations.ts';
import type { PaneName } from './views.ts';

export function update(before: Model, message: Message): Step<Model> {
  const [model, commands] = react({ ...before, at: message.at }, message);
  return [settle(model), commands];
}

function react(model: Model, message: Message): Step<Model> {
  switch (message.type) {
    case 'tick':
      return [model, []];
    case 'resize':
      return [{ ...model, columns: message.columns, rows: message.rows, dialog: redrawn(model) }, []];
    case 'update':
      return linkUpdate(model, message);
    case 'history':
      return [withFeed(model, message.link, (feed) => addEvents(feed, message.events)), []];
    case 'plans':
      return [plansArrived(model, message.token, message.plans), []];
    case 'plans-failed':
      if (model.dialog?.kind !== 'planning' || model.dialog.token !== message.token) return [model, []];
      return [withNotice({ ...model, dialog: null }, message.reason, 'bad'), []];
    case 'result':
      return [finished(model, message.token, message.index, message.result), []];
    case 'result-failed':
      return [failed(model, message.token, message.index, message.reason), []];
    case 'why':
      return [whyArrived(model, message.token, message.text), []];
    case 'painted':
      return [painted(model), []];
    case 'paste':
      return [model.dialog ? dialogPaste(model, message.text) : model, []];
    case 'key':
      return keyPressed(model, message);
  }
}

function keyPressed(model: Model, { key }: Extract<Message, { type: 'key' }>): Step<Model> {
  const intent = intentOf(key);
  if (intent === 'suspend') return [model, [{ type: 'suspend' }]];
  if (intent === 'repaint') return [model, [{ type: 'repaint' }]];
  if (model.dialog) return dialogKey(model, key);
  if (intent === undefined) return [model, []];
  // What cannot be seen is not acted upon.
  if (tooSmall(model)) return intent === 'quit' ? [model, [{ type: 'quit', code: 0 }]] : [model, []];
  if (model.wallboard !== 'closed') return wallboardKey(model, intent);
  return isChange(intent) ? ask(model, intent) : look(model, intent);
}

/** The charts only show: what changes something is for the panes, where one sees what it is done to. */
function wallboardKey(model: Model, intent: Intent): Step<Model> {
  switch (intent) {
    case 'quit':
    case 'back':
    case 'wallboard':
      return model.wallboard === 'alone'
        ? [model, [{ type: 'quit', code: 0 }]]
        : [{ ...model, wallboard: 'closed' }, []];
    case 'other-node':
    case 'freeze':
      return look(model, intent);
    default:
      return [withNotice(model, 'the wallboard only shows: q comes back to the console', 'plain'), []];
  }
}

type LinkUpdate = Extract<Message, { type: 'update' }>;

function linkUpdate(model: Model, { link, update: news, at }: LinkUpdate): Step<Model> {
  const commands: Command[] = news.kind === 'back' ? [{ type: 'history', link }] : [];
  return [withFeed(model, link, (feed) => feedUpdate(feed, news, at)), commands];
}

function withFeed(model: Model, link: number, change: (feed: Model['feeds'][number]) => Model['feeds'][number]): Model {
  return { ...model, feeds: model.feeds.map((feed, i) => (i === link ? change(feed) : feed)) };
}

function whyArrived(model: Model, token: number, text: string): Model {
  const { dialog } = model;
  if ((dialog?.kind !== 'why' && dialog?.kind !== 'details') || dialog.why.token !== token) return model;
  return { ...model, dialog: { ...dialog, why: { token, text } } };
}

/** A plan that is drawn anew has to be read anew. */
function redrawn({ dialog }: Model): Model['dialog'] {
  return dialog?.kind === 'plan' ? { ...dialog, drawnAt: null, seen: 0, top: 0 } : dialog;
}

function painted(model: Model): Model {
  if (!awaitsPaint(model) || model.dialog?.kind !== 'plan') return model;
  return { ...model, dialog: { ...model.dialog, drawnAt: model.at } };
}

/** Cursors and windows follow what the message has changed; what a plan shows counts as seen. */
function settle(model: Model): Model {
  const panes: Record<PaneName, PaneState> = { ...model.panes };
  for (const { pane, height } of placesOf(layoutOf(model))) {
    const items = itemsOf(model, pane);
    const state = panes[pane];
    const cursor = cursorOf(items, state.selected, pane);
    const top = windowTop(state.top, Math.max(1, height - 1), cursor, items.length);
    if (top !== state.top) panes[pane] = { ...state, top };
  }
  return { ...model, panes, dialog: settleDialog(model) };
}

function settleDialog(model: Model): Model['dialog'] {
  const { dialog } = model;
  if (!dialog || tooSmall(model)) return dialog;
  if (dialog.kind === 'plan') {
    const { top, bottom } = planView(model, dialog);
    return { ...dialog, top, seen: Math.max(dialog.seen, bottom) };
  }
  return 'top' in dialog ? { ...dialog, top: pageTop(model, dialog) } : dialog;
}
