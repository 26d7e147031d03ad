/** The two lines below: what is being done or has come of it, and the keys. */
import { isChange } from '../intents.ts';
import { BINDINGS, keyName } from '../keys.ts';
import { type Line, measure, paint, type Span, span, wrapLine } from '../line.ts';
import { type Dialog, liveFeed, type Model } from '../model.ts';
import { nameOf } from '../operations.ts';
import { outcomeLine } from '../outcome.ts';
import type { Theme } from '../theme.ts';
import { brief } from '../words.ts';

/** A notice stands for so long above what is running. */
const NOTICE_MS = 4000;

export function footerLines(model: Model, theme: Theme): string[] {
  return [...statusLines(model).map((line) => paint(line, model.columns, theme)), keysLine(model, theme)];
}

/** A second line where one is not enough: predicted and measured stand first, the words after them. */
function statusLines(model: Model): Line[] {
  return wrapLine(statusLine(model), model.columns, 2, model);
}

export const footerRows = (model: Model): number => 1 + statusLines(model).length;

function statusLine(model: Model): Line {
  const { notice, running, outcomes, dialog } = model;
  const prompt = dialog && promptLine(dialog);
  if (prompt) return prompt;
  if (notice && (!running || model.at - notice.at < NOTICE_MS)) return [span(notice.text, notice.tone)];
  if (running) {
    const [done, all] = [running.outcomes.length, running.requests.length];
    const count = all > 1 ? ` (${done} of ${all})` : '';
    return [
      span('RUNNING ', 'warn'),
      span(`${nameOf(running.requests)}${count} ${brief(model.at - running.startedAt)}`, 'strong'),
      ...stepOf(model),
    ];
  }
  const foreign = stepOf(model);
  if (foreign.length > 0) return [span('RUNNING', 'warn'), ...foreign];
  return outcomeLine(outcomes);
}

/** What the engine is doing, whoever asked for it. */
function stepOf(model: Model): Span[] {
  const operation = liveFeed(model).snapshot?.operations.findLast(({ result }) => result === null);
  if (!operation) return [];
  const who = model.running ? '' : ` ${operation.verb} ${operation.target} by ${operation.by}`;
  return [span(who, 'strong'), span(`: ${operation.step}`)];
}

function promptLine(dialog: Dialog): Line | undefined {
  if (dialog.kind === 'filter') {
    return [
      span('filter /', 'accent'),
      span(`${dialog.text}_`, 'strong'),
      span('   Enter keeps it, Esc drops it, !word inverts', 'faint'),
    ];
  }
  if (dialog.kind === 'weight') {
    const name = dialog.requests.length === 1 ? dialog.requests[0]?.target : nameOf(dialog.requests);
    return [
      span(`weight for ${name}: `, 'accent'),
      span(`${dialog.text}_`, 'strong'),
      span('   0, 3, 50%, +10, = as configured; Enter shows the plan', 'faint'),
    ];
  }
  if (dialog.kind === 'planning') return [span(`asking the engine for a plan: ${nameOf(dialog.requests)}…`, 'accent')];
  return undefined;
}

/** As many keys as fit, the most needed ones kept, in the table's order. */
/** On the charts a few keys only mean something, and `q` something else. */
function wallboardKeys({ wallboard, feeds }: Model): Line {
  const keys = [
    ['q', wallboard === 'alone' ? 'quit' : 'back to the console'],
    ['p', 'freeze'],
    ...(feeds.length > 1 ? [['o', 'other node']] : []),
  ];
  return keys.flatMap(([key = '', word], i) => [span(i === 0 ? '' : '  '), span(key, 'strong'), span(` ${word}`)]);
}

function keysLine(model: Model, theme: Theme): string {
  if (model.wallboard !== 'closed') return paint(wallboardKeys(model), model.columns, theme);
  const hints = BINDINGS.flatMap(({ keys, hint, intent }) =>
    hint ? [{ key: keyName(keys[0] ?? ''), intent, ...hint }] : [],
  )
    .filter(({ intent }) => intent !== 'other-node' || model.feeds.length > 1)
    .filter(({ intent }) => !model.readOnly || !isChange(intent))
    .sort((a, b) => a.place - b.place);
  const kept: typeof hints = [];
  let used = 0;
  for (const hint of hints) {
    const width = measure(`${hint.key} ${hint.word}  `, theme);
    if (used + width > model.columns + 2) break;
    kept.push(hint);
    used += width;
  }
  const line = kept.flatMap(({ key, word }, i) => [span(i === 0 ? '' : '  '), span(key, 'strong'), span(` ${word}`)]);
  return paint(line, model.columns, theme);
}
