/** The command line that asks for the same as a request: what every dialog shows. */
import type { OperationRequest } from '../../control/operations.ts';

export function commandLine({
  verb,
  target,
  value,
  service,
  to,
  immediate,
  force,
  hard,
  timeoutMs,
  onTimeout,
  leaseMs,
  reason,
}: OperationRequest): string {
  const words = [
    'hatop',
    verb,
    verb === 'reload' ? '' : quoted(target),
    value === undefined ? '' : quoted(value),
    service === undefined ? '' : `--service ${quoted(service)}`,
    to === undefined ? '' : `--to ${quoted(to)}`,
    immediate ? '--immediate' : '',
    force ? '--force' : '',
    hard ? '--hard' : '',
    timeoutMs === undefined ? '' : `--timeout ${leaseText(timeoutMs)}`,
    onTimeout === undefined ? '' : `--on-timeout ${onTimeout}`,
    leaseMs === undefined ? '' : `--lease ${leaseText(leaseMs)}`,
    reason === undefined ? '' : `--reason ${quoted(reason)}`,
    '--yes',
  ];
  return words.filter(Boolean).join(' ');
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
] as const;

/** In the largest unit that says it exactly: `2h`, `90m`, `45s`. */
export function leaseText(ms: number): string {
  const [letter, size] = UNITS.find(([, unit]) => ms % unit === 0) ?? ['s', 1000];
  return `${Math.round(ms / size)}${letter}`;
}

/** As a POSIX shell reads it back. */
const quoted = (word: string): string => (/^[\w.,:/+=%@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
