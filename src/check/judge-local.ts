/** MISC_CHECK, FILE_CHECK and BFD_CHECK: what this machine itself says of a server, with a weight where it is asked for one. */
import type { FileCheckerConfig, ScriptCheckerConfig } from './config.ts';
import { formatDuration, type Judgement, type WeightAdvice } from './judge.ts';
import type { FileProbeResult, ScriptProbeResult, SessionProbeResult } from './probe.ts';

export function judgeScript(config: ScriptCheckerConfig, result: ScriptProbeResult): Judgement {
  const name = config.argv[0] ?? 'script';
  const bad = (what: string): Judgement => ({ good: false, reason: `${name} ${what}`, took: undefined });
  switch (result.kind) {
    case 'timed-out':
      return bad(`did not end within ${formatDuration(config.timeout)}`);
    case 'killed':
      return bad(`was ended by ${result.signal}`);
    case 'not-started':
      return bad(`could not be run: ${result.detail}`);
    case 'exited':
      break;
  }
  const { code, took } = result;
  const weight = config.dynamic && code >= 2 ? code - 2 : undefined;
  const said = firstLine(result.output);
  const words = weight === undefined ? `exited with ${code}` : `exited with ${code}: weight ${weight}`;
  return {
    good: code === 0 || weight !== undefined,
    reason: `${name} ${words}${said && ` (${said})`}, ${formatDuration(took)}`,
    took,
    ...(weight !== undefined && { weight: { kind: 'set', value: weight } satisfies WeightAdvice }),
  };
}

export const judgeSession = (session: string, { up, detail }: SessionProbeResult): Judgement => ({
  good: up,
  reason: `BFD ${session} is ${up ? 'up' : 'down'}: ${detail}`,
  took: undefined,
});

const firstLine = (output: string): string => (output.split('\n')[0] ?? '').trim().slice(0, 80);

/** A file that is not there, or has no number in it, counts as 0, as in keepalived. */
export function judgeFile(config: FileCheckerConfig, result: FileProbeResult): Judgement {
  const number = result.kind === 'text' ? numberIn(result.text) : 0;
  const words =
    result.kind === 'text' ? `${config.path} says ${number}` : `${config.path}: ${result.detail}, taken as 0`;
  if (config.weight === 0) {
    const good = (number === 0) !== config.reverse;
    return { good, reason: words, took: undefined };
  }
  const value = number * config.weight * (config.reverse ? -1 : 1);
  if (value <= FAULT) return { good: false, reason: `${words}: fault`, took: undefined };
  return {
    good: true,
    reason: `${words}: weight ${value < 0 ? '' : '+'}${value}`,
    took: undefined,
    weight: { kind: 'add', value },
  };
}

/** keepalived's IPVS_WEIGHT_FAULT. */
const FAULT = -2_147_483_648;

const numberIn = (text: string): number => {
  const number = Number(/^\s*([+-]?\d{1,12})/.exec(text)?.[1] ?? 0);
  return Math.max(FAULT, Math.min(2_147_483_647, number));
};
