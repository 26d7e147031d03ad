/** Everything that changes something: plan, ask, do, result. */
import { createInterface } from 'node:readline/promises';
import { clean } from '../control/clean.ts';
import { EngineError, type EngineLink } from '../control/link.ts';
import type { OperationRequest, OperationResult, Plan } from '../control/operations.ts';
import { connect } from './connect.ts';

interface OperateOptions {
  readonly socket: string;
  readonly readOnly?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly reason?: string;
  readonly lease?: string;
  readonly to?: string;
  readonly immediate?: boolean;
  readonly hard?: boolean;
  readonly timeout?: string;
  readonly onTimeout?: 'keep' | 'force';
  readonly force?: boolean;
}

export async function operate(words: OperationRequest, options: OperateOptions): Promise<number> {
  const request: OperationRequest = {
    ...words,
    reason: options.reason,
    to: options.to,
    immediate: options.immediate,
    hard: options.hard,
    timeoutMs: options.timeout === undefined ? undefined : parseLease(options.timeout, 'timeout'),
    onTimeout: options.onTimeout,
    force: options.force,
    leaseMs: options.lease === undefined ? undefined : parseLease(options.lease),
  };
  const link = await connect(options.socket, options.readOnly === true);
  try {
    return await planAndDo(link, request, options);
  } finally {
    link.close();
  }
}

async function planAndDo(link: EngineLink, request: OperationRequest, options: OperateOptions): Promise<number> {
  const plan = await link.plan(request);
  if (options.dryRun) {
    process.stdout.write(options.json ? `${JSON.stringify(plan, null, 2)}\n` : planText(plan));
    return plan.blocked ? 18 : 0;
  }
  const explanation = options.json ? process.stderr : process.stdout;
  explanation.write(planText(plan));
  if (plan.blocked) {
    process.stderr.write('hatop: refused by pre-flight\n');
    return 18;
  }
  if (!options.yes && !(await confirmed(plan))) {
    process.stderr.write('hatop: nothing was done\n');
    return 1;
  }
  const result = await link.operate({ ...request, yes: true });
  process.stdout.write(options.json ? `${JSON.stringify(result, null, 2)}\n` : resultText(result));
  return exitCodeOf(result);
}

/** 22 also for a roll-back: what was asked for has not come about, though nothing was lost. */
const exitCodeOf = ({ result }: OperationResult): number =>
  result === 'OK' || result === 'OK_WITH_WARNINGS' ? 0 : result === 'REFUSED' ? 18 : 22;

/** What can cause an outage is confirmed by its name, everything else by `y`. */
async function confirmed({ tier, target }: Plan): Promise<boolean> {
  const word = tier === 3 ? clean(target) : 'y';
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new EngineError('this is no terminal, so nobody can be asked: add --yes (or --dry-run to look)', 2);
  }
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await prompt.question(`Do it? Type ${word}: `)).trim() === word;
  } finally {
    prompt.close();
  }
}

export function planText(plan: Plan): string {
  const { takeOverMs, gapMs } = plan.predicted;
  const lines = [
    plan.title,
    ...plan.checks.map(({ level, text, remedy }) => `  ${level.padEnd(7)} ${text}${remedy ? ` → ${remedy}` : ''}`),
    ...plan.steps.map((step, i) => `  ${i + 1}. ${step}`),
  ];
  if (takeOverMs !== null || gapMs !== null) {
    lines.push(`  predicted: take-over ${orUnknown(takeOverMs)}, clients' gap ${orUnknown(gapMs)}`);
  }
  // Each of them is one line, whatever a peer's words in it say.
  return `${lines.map((line) => clean(line)).join('\n')}\n`;
}

export function resultText({ result, text, predicted, measured }: OperationResult): string {
  const figures =
    predicted.takeOverMs === null && measured.takeOverMs === null && measured.gapMs === null
      ? ''
      : `  take-over: predicted ${orUnknown(predicted.takeOverMs)}, measured ${orUnknown(measured.takeOverMs)}\n` +
        `  clients' gap: predicted ${orUnknown(predicted.gapMs)}, measured ${orUnknown(measured.gapMs)}` +
        `${measured.noiseMs === null ? '' : ` (± ${measured.noiseMs} ms)`}\n`;
  return `${clean(`${result}: ${text}`)}\n${figures}`;
}

const orUnknown = (ms: number | null): string => (ms === null ? 'unknown' : `${Math.round(ms * 10) / 10} ms`);

const LEASE_MAX_DAYS = 30;

/** `90s`, `30m`, `2h`, `1d`, in ms. EngineError 2 on anything else, on nothing, and beyond 30 days. */
export function parseLease(text: string, what = 'lease'): number {
  const match = /^(\d{1,9})([smhd])$/.exec(text);
  const unit = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[match?.[2] ?? ''];
  if (!match || !unit) throw new EngineError(`${what} "${text}" is not understood: give 90s, 30m, 2h or 1d`, 2);
  const ms = Number(match[1]) * unit;
  if (ms === 0 || ms > LEASE_MAX_DAYS * 86_400_000) {
    throw new EngineError(`${what} "${text}" is outside 1s…${LEASE_MAX_DAYS}d`, 2);
  }
  return ms;
}
