/** The plan of an operation, for reading before `y`: what speaks against it first, then what will be done. */
import type { Plan, PreflightCheck } from '../../control/operations.ts';
import { type Line, paragraph, span } from '../line.ts';
import { type Model, type PlanDialog, tooSmall } from '../model.ts';
import { nameOf, tierOf, typedReason } from '../operations.ts';
import type { Theme, Tone } from '../theme.ts';
import { exact } from '../words.ts';
import { type Box, box, innerHeight, innerWidth } from './box.ts';

const TONE: Readonly<Record<PreflightCheck['level'], Tone>> = {
  BLOCK: 'bad',
  UNKNOWN: 'warn',
  WARN: 'warn',
  PASS: 'good',
};

const LEVEL_WIDTH = 8;

export interface PlanView {
  readonly lines: readonly Line[];
  readonly top: number;
  /** One past the last line of the plan that is drawn. */
  readonly bottom: number;
  readonly total: number;
}

export function planView(model: Model, dialog: PlanDialog): PlanView {
  const lines = planLines(model, dialog);
  // Under the plan, always visible: what can be pressed, and where it is longer than the box how much there is still.
  const room = innerHeight(model) - 1;
  const height = lines.length > room ? room - 1 : room;
  const top = Math.max(0, Math.min(dialog.top, lines.length - height));
  const bottom = Math.min(lines.length, top + height);
  return { lines: lines.slice(top, bottom), top, bottom, total: lines.length };
}

/** Whether the whole plan stands in the newest frame (or has, part by part) and its painting is to be waited for. */
export function awaitsPaint(model: Model): boolean {
  const { dialog } = model;
  if (dialog?.kind !== 'plan' || dialog.drawnAt !== null || tooSmall(model)) return false;
  return dialog.seen >= planView(model, dialog).total;
}

function planLines(model: Model, { plans, requests }: PlanDialog): Line[] {
  const width = innerWidth(model);
  const { ascii } = model;
  const [only] = plans;
  const title = plans.length === 1 && only ? only.title : `${nameOf(requests)}:`;
  const checks = plans.flatMap((plan) =>
    plan.checks.map((check) => ({ ...check, text: named(plan, check.text, plans) })),
  );
  const steps = plans.flatMap((plan) => plan.steps.map((step) => named(plan, step, plans)));
  return [
    ...paragraph(title, width, 'strong', 0, ascii),
    ...(['BLOCK', 'UNKNOWN', 'WARN'] as const).flatMap((level) =>
      checks.filter((check) => check.level === level).flatMap((check) => checkLines(check, width, ascii)),
    ),
    ...passLines(checks, width, ascii),
    ...steps.flatMap((step, i) => {
      const head = `${(i === 0 ? 'STEPS' : '').padEnd(LEVEL_WIDTH)}${i + 1}. `;
      return hanging(head, 'accent', step, width, ascii);
    }),
    ...predictionLines(plans),
    ...plans.flatMap(({ command }, i) =>
      hanging((i === 0 ? 'SAME AS' : '').padEnd(LEVEL_WIDTH), 'accent', command, width, ascii),
    ),
  ];
}

const named = ({ target }: Plan, text: string, plans: readonly Plan[]): string =>
  plans.length > 1 && !text.includes(target) ? `${target}: ${text}` : text;

function checkLines({ level, text, remedy }: PreflightCheck, width: number, ascii: boolean): Line[] {
  return hanging(level.padEnd(LEVEL_WIDTH), TONE[level], remedy ? `${text} → ${remedy}` : text, width, ascii);
}

/** What passes needs no line each: one paragraph, so that the rest stays on the screen. */
function passLines(checks: readonly PreflightCheck[], width: number, ascii: boolean): Line[] {
  const texts = [...new Set(checks.filter(({ level }) => level === 'PASS').map(({ text }) => text))];
  return texts.length === 0 ? [] : hanging('PASS'.padEnd(LEVEL_WIDTH), TONE.PASS, texts.join(' · '), width, ascii);
}

function hanging(head: string, tone: Tone, text: string, width: number, ascii: boolean): Line[] {
  return paragraph(text, width - head.length, 'plain', 0, ascii).map((line, i) => [
    span(i === 0 ? head : ' '.repeat(head.length), tone),
    ...line,
  ]);
}

function predictionLines(plans: readonly Plan[]): Line[] {
  const [plan] = plans;
  if (plans.length !== 1 || !plan || plan.tier === 1) return [];
  const { takeOverMs, gapMs } = plan.predicted;
  const figure = (ms: number | null): string => (ms === null ? 'cannot be known' : exact(ms));
  return [
    [
      span('EXPECT'.padEnd(LEVEL_WIDTH), 'accent'),
      span(`take-over ${figure(takeOverMs)}, a client's gap `),
      span(figure(gapMs), 'strong'),
    ],
  ];
}

export function planBox(model: Model, dialog: PlanDialog, theme: Theme): Box {
  const { lines, bottom, total } = planView(model, dialog);
  const tone: Tone = dialog.plans.some(({ blocked }) => blocked) ? 'bad' : 'accent';
  const more = lines.length < total ? [moreLine(total - bottom)] : [];
  return box(model, [...lines, ...more, buttons(dialog)], theme, tone);
}

const moreLine = (left: number): Line =>
  left > 0 ? [span(`${left} more lines: j scrolls, y counts at the end`, 'warn')] : [span('k scrolls back', 'faint')];

function buttons(dialog: PlanDialog): Line {
  const cancel = span('[ Cancel: Enter, Esc or n ]', 'selected');
  if (dialog.plans.some(({ blocked }) => blocked)) return [cancel, span('   BLOCK: this cannot be done now', 'bad')];
  if (tierOf(dialog) < 3) return [cancel, span('   '), span('y', 'strong'), span(' does it')];
  const name = dialog.plans[0]?.target ?? '';
  const ready = typedReason(dialog) ? ' Enter does it' : '';
  return [
    span('[ Cancel: Esc ]', 'selected'),
    span(`   type "${name} REASON": `, 'warn'),
    span(`${dialog.typed}_`, 'strong'),
    span(ready, 'warn'),
  ];
}
