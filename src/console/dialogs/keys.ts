/** Keys and pastes while a dialog is open. It takes all of them: nothing reaches the panes below. */
import { clean } from '../../control/clean.ts';
import type { Key } from '../key-parser.ts';
import { chord } from '../keys.ts';
import type { Step } from '../messages.ts';
import { type Dialog, type Model, type PlanDialog, withNotice } from '../model.ts';
import { askPlans, confirm, tierOf, typedReason } from '../operations.ts';
import type { PaneName } from '../views.ts';

const PROMPT_MAX = 200;

export function dialogKey(model: Model, key: Key): Step<Model> {
  const { dialog } = model;
  const pressed = chord(key);
  if (!dialog) return [model, []];
  if (pressed === 'C-c' || pressed === 'escape' || pressed === 'C-g') return [cancel(model, dialog), []];
  switch (dialog.kind) {
    case 'filter':
      return [filterKey(model, dialog, key, pressed), []];
    case 'weight':
      return weightKey(model, dialog, key, pressed);
    case 'plan':
      return tierOf(dialog) < 3 ? planKey(model, dialog, pressed) : typedPlanKey(model, dialog, key, pressed);
    case 'planning':
      return 'nq'.includes(pressed) || pressed === 'backspace' ? [cancel(model, dialog), []] : [model, []];
    case 'why':
      return ['q', 'enter', 'x', 'backspace', 'n'].includes(pressed) ? [cancel(model, dialog), []] : [model, []];
    case 'help':
    case 'details':
    case 'json':
    case 'outcome':
      return [pageKey(model, dialog, pressed), []];
  }
}

/** Into a prompt, as one line; nowhere else, and never into a confirmation. */
export function dialogPaste(model: Model, text: string): Model {
  const { dialog } = model;
  const line = clean(text.split(/[\r\n]/)[0] ?? '');
  if (dialog?.kind === 'filter') return filtered(model, dialog, dialog.text + line);
  if (dialog?.kind === 'weight')
    return { ...model, dialog: { ...dialog, text: (dialog.text + line).slice(0, PROMPT_MAX) } };
  return dialog?.kind === 'plan' ? withNotice(model, 'a paste confirms nothing') : model;
}

function cancel(model: Model, dialog: Dialog): Model {
  const closed: Model = { ...model, dialog: null };
  if (dialog.kind === 'filter') return withFilter(closed, dialog.pane, dialog.before);
  if (dialog.kind === 'plan') return withNotice(closed, 'cancelled: nothing was changed', 'plain');
  return closed;
}

type Prompt<K> = Extract<Dialog, { kind: K }>;

/** What a key makes of a prompt's text. */
function edited(text: string, key: Key, pressed: string): string {
  if (pressed === 'backspace') return [...text].slice(0, -1).join('');
  if (pressed === 'C-u') return '';
  const printable = [...key.name].length === 1 && !key.ctrl && !key.alt;
  return printable ? (text + clean(key.name)).slice(0, PROMPT_MAX) : text;
}

function filterKey(model: Model, dialog: Prompt<'filter'>, key: Key, pressed: string): Model {
  if (pressed === 'enter') return { ...model, dialog: null };
  if (pressed === 'backspace' && dialog.text === '') return cancel(model, dialog);
  return filtered(model, dialog, edited(dialog.text, key, pressed));
}

function filtered(model: Model, dialog: Prompt<'filter'>, text: string): Model {
  const short = text.slice(0, PROMPT_MAX);
  return withFilter({ ...model, dialog: { ...dialog, text: short } }, dialog.pane, short);
}

const withFilter = (model: Model, pane: PaneName, filter: string): Model => ({
  ...model,
  panes: { ...model.panes, [pane]: { ...model.panes[pane], filter } },
});

function weightKey(model: Model, dialog: Prompt<'weight'>, key: Key, pressed: string): Step<Model> {
  if (pressed === 'backspace' && dialog.text === '') return [cancel(model, dialog), []];
  if (pressed !== 'enter') return [{ ...model, dialog: { ...dialog, text: edited(dialog.text, key, pressed) } }, []];
  const value = dialog.text.trim();
  if (value === '') return [withNotice(model, 'give a weight: 3, 50%, +10, or = (as configured)'), []];
  return askPlans(
    model,
    dialog.requests.map((request) => ({ ...request, value })),
  );
}

function planKey(model: Model, dialog: PlanDialog, pressed: string): Step<Model> {
  if (pressed === 'y') return confirm(model, dialog);
  if (['n', 'q', 'enter', 'backspace'].includes(pressed)) return [cancel(model, dialog), []];
  return [{ ...model, dialog: { ...dialog, top: scrolled(dialog.top, pressed) } }, []];
}

/** Tier 3: letters are typed, so only Esc and Ctrl-C cancel. */
function typedPlanKey(model: Model, dialog: PlanDialog, key: Key, pressed: string): Step<Model> {
  if (pressed === 'enter') {
    if (typedReason(dialog)) return confirm(model, dialog);
    return [withNotice(model, 'type the name, a space and a reason; Esc cancels'), []];
  }
  if (pressed === 'up' || pressed === 'down' || pressed.startsWith('page')) {
    return [{ ...model, dialog: { ...dialog, top: scrolled(dialog.top, pressed) } }, []];
  }
  return [{ ...model, dialog: { ...dialog, typed: edited(dialog.typed, key, pressed) } }, []];
}

function pageKey(model: Model, dialog: Prompt<'help' | 'details' | 'json' | 'outcome'>, pressed: string): Model {
  if (['q', 'enter', 'backspace', '?', 'r', 'n', 'd', 'y'].includes(pressed)) return cancel(model, dialog);
  return { ...model, dialog: { ...dialog, top: scrolled(dialog.top, pressed) } };
}

/** Upwards without a limit it cannot know: the view stops at the end, `settle` brings the figure back. */
function scrolled(top: number, pressed: string): number {
  const by: Record<string, number> = {
    j: 1,
    down: 1,
    k: -1,
    up: -1,
    pagedown: 10,
    ' ': 10,
    pageup: -10,
    g: -1e6,
    home: -1e6,
  };
  return Math.max(0, top + (by[pressed] ?? 0));
}
