/** The dialogs that are read: help, everything about a row, why, the last result. */
import type { OperationResult } from '../../control/operations.ts';
import { asSent, itemById } from '../items.ts';
import { BINDINGS, type Binding, keyName } from '../keys.ts';
import { type Line, paragraph, span } from '../line.ts';
import type { Dialog, Model, Outcome } from '../model.ts';
import { resultTone } from '../outcome.ts';
import { beliefOf } from '../rows/context.ts';
import { describe, titleOf } from '../rows/describe.ts';
import type { Theme } from '../theme.ts';
import { exact } from '../words.ts';
import { type Box, blank, box, innerHeight, innerWidth, plainLine } from './box.ts';

export type Page = Extract<Dialog, { kind: 'help' | 'details' | 'json' | 'why' | 'outcome' }>;

/** Unpainted. */
export function pageLines(model: Model, page: Page): Line[] {
  switch (page.kind) {
    case 'help':
      return helpLines(model);
    case 'details':
      return detailLines(model, page);
    case 'json':
      return jsonLines(model, page);
    case 'why':
      return [plainLine(`Why: ${page.target}`, 'strong'), blank, ...answer(page.why.text, model)];
    case 'outcome':
      return model.outcomes.flatMap((outcome) => [...outcomeLines(outcome, model), blank]);
  }
}

function answer(text: string | null, model: Model): Line[] {
  if (text === null) return [plainLine('asking the engine…', 'faint')];
  return text.split('\n').flatMap((part) => paragraph(part, innerWidth(model), 'plain', 0, model.ascii));
}

function helpLines(model: Model): Line[] {
  const groups: Record<Binding['group'], string> = {
    change: 'Change (each shows its plan first)',
    look: 'Look',
    move: 'Move',
    leave: 'Leave',
  };
  const column = (names: Binding['group'][]): Line[] =>
    names.flatMap((group) => [
      plainLine(groups[group], 'accent'),
      ...BINDINGS.filter((binding) => binding.group === group).map(helpLine),
    ]);
  const left = column(['change', 'look', 'leave']);
  const right = column(['move']);
  const { mode, why } = model.title;
  const columns = innerWidth(model) >= 92 ? sideBySide(left, right) : [...left, ...right];
  return [
    plainLine('Lower case looks, UPPER CASE changes. Nothing acts on one stroke.', 'strong'),
    plainLine('y counts once the whole plan has stood there for 0.3 s, never from a paste.'),
    ...columns,
    ...paragraph(why === '' ? mode : `${mode}: ${why}`, innerWidth(model), 'faint', 0, model.ascii),
  ];
}

const HELP_KEYS = 15;

function helpLine({ keys, does }: Binding): Line {
  return [span(keys.map(keyName).slice(0, 2).join(' ').padEnd(HELP_KEYS), 'strong'), span(does)];
}

const HELP_COLUMN = 63;

function sideBySide(left: readonly Line[], right: readonly Line[]): Line[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, i) => {
    const text = (left[i] ?? []).reduce((sum, part) => sum + part.text.length, 0);
    return [...(left[i] ?? []), span(' '.repeat(Math.max(1, HELP_COLUMN - text))), ...(right[i] ?? [])];
  });
}

const NAME_WIDTH = 16;

function detailLines(model: Model, page: Extract<Page, { kind: 'details' }>): Line[] {
  const item = itemById(model, page.pane, page.id);
  if (!item) return [plainLine('this row is not there any more', 'warn')];
  const width = innerWidth(model) - NAME_WIDTH;
  const fields = describe(item, beliefOf(model)).flatMap(({ name, text }) =>
    paragraph(text, width, 'plain', 0, model.ascii).map((line, i) => [
      span((i === 0 ? name : '').padEnd(NAME_WIDTH), 'accent'),
      ...line,
    ]),
  );
  const why = page.why.text === '' ? [] : [blank, plainLine('Why', 'accent'), ...answer(page.why.text, model)];
  return [plainLine(titleOf(item), 'strong'), blank, ...fields, ...why];
}

/** What `status --json`, `events --json` and `adverts --json` have of it. */
function jsonLines(model: Model, page: Extract<Page, { kind: 'json' }>): Line[] {
  const item = itemById(model, page.pane, page.id);
  if (!item) return [plainLine('this row is not there any more', 'warn')];
  const old = beliefOf(model).known
    ? []
    : [plainLine('UNKNOWN by now: the engine is gone, this is its last word', 'bad')];
  const lines = JSON.stringify(asSent(item), null, 2).split('\n');
  const broken = lines.flatMap((line) => {
    const indent = line.length - line.trimStart().length;
    const parts = paragraph(line.trimStart(), innerWidth(model) - indent, 'plain', 0, model.ascii);
    return parts.map((part) => [span(' '.repeat(indent)), ...part]);
  });
  return [plainLine(titleOf(item), 'strong'), ...old, blank, ...broken];
}

function outcomeLines({ request, result, error }: Outcome, model: Model): Line[] {
  const width = innerWidth(model);
  const title = plainLine(`${request.verb} of ${request.target}`, 'strong');
  if (!result) return [title, ...paragraph(error ?? '', width, 'bad', 0, model.ascii)];
  return [
    title,
    plainLine(result.result, resultTone(result.result)),
    ...paragraph(result.text, width, 'plain', 0, model.ascii),
    ...figureLines(result),
    plainLine(`from ${result.startedAt} to ${result.endedAt}, id ${result.id}`, 'faint'),
  ];
}

function figureLines({ predicted, measured }: OperationResult): Line[] {
  const figure = (ms: number | null): string => (ms === null ? '-' : exact(ms)).padStart(10);
  if (predicted.takeOverMs === null && measured.takeOverMs === null && measured.gapMs === null) return [];
  const noise = measured.noiseMs === null ? '' : `  noise ${exact(measured.noiseMs)}`;
  return [
    plainLine(`${''.padEnd(10)}${'take-over'.padStart(10)}${'gap'.padStart(10)}`, 'accent'),
    plainLine(`predicted ${figure(predicted.takeOverMs)}${figure(predicted.gapMs)}`),
    plainLine(`measured  ${figure(measured.takeOverMs)}${figure(measured.gapMs)}${noise}`, 'strong'),
  ];
}

/** Rows of the page that are drawn at a time: one is for what can be pressed. */
export const pageHeight = (model: Model): number => innerHeight(model) - 1;

export function pageBox(model: Model, page: Page, theme: Theme): Box {
  const lines = pageLines(model, page);
  const height = pageHeight(model);
  const top = clamped(page, lines.length, height);
  const left = lines.length - top - height;
  const hint = left > 0 ? `${left} more: j scrolls; q closes` : 'q closes';
  return box(model, [...lines.slice(top, top + height), plainLine(hint, 'faint')], theme);
}

const clamped = (page: Page, count: number, height: number): number =>
  'top' in page ? Math.max(0, Math.min(page.top, count - height)) : 0;

/** How far the page is scrolled when it is not scrolled beyond its end. */
export const pageTop = (model: Model, page: Page): number =>
  clamped(page, pageLines(model, page).length, pageHeight(model));
