/** A `vrrp_track_process`: well while there are as many of its processes as it wants. */
import { after, type Duration, type Instant } from '../base/time.ts';

export interface ProcessTrackerConfig {
  readonly name: string;
  /** The program, and its arguments where they matter. */
  readonly argv: readonly string[];
  /** `partial`: the first arguments are those; `initial`: and the last of them may go on. Absent: all are equal. */
  readonly paramMatch: 'initial' | 'partial' | undefined;
  /** Compares the whole command line, also where no arguments are named. */
  readonly fullCommand: boolean;
  readonly quorum: number;
  readonly quorumMax: number | undefined;
  /** How long a good count must last until it counts, and a bad one. */
  readonly forkDelay: Duration;
  readonly terminateDelay: Duration;
}

export interface RunningProcess {
  readonly pid: number;
  /** As the kernel names it: 15 characters at most. */
  readonly name: string;
  /** Empty for a kernel thread. */
  readonly argv: readonly string[];
}

/** Of the kernel's name (TASK_COMM_LEN less one). */
const NAME_LENGTH = 15;

/** Without arguments the kernel's name of the process counts; with them, or `fullCommand`, its command line. */
export function matchesProcess(config: ProcessTrackerConfig, { name, argv }: RunningProcess): boolean {
  const [program = '', ...wanted] = config.argv;
  if (wanted.length === 0 && !config.fullCommand && config.paramMatch === undefined) {
    return name === baseName(program).slice(0, NAME_LENGTH);
  }
  const [command = '', ...given] = argv;
  if (command !== program && (program.includes('/') || baseName(command) !== program)) return false;
  if (config.paramMatch === undefined) return wanted.length === 0 || same(wanted, given);
  if (config.paramMatch === 'partial') return same(wanted, given.slice(0, wanted.length));
  if (wanted.length === 0) return given.length === 0;
  const last = wanted.length - 1;
  return same(wanted.slice(0, last), given.slice(0, last)) && (given[last] ?? '').startsWith(wanted[last] ?? '');
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((word, i) => word === b[i]);

export interface ProcessTrackerState {
  /** Undefined until it has been looked once. */
  readonly ok: boolean | undefined;
  /** Since when the count says otherwise. */
  readonly otherwiseSince: Instant | undefined;
  readonly count: number;
}

export const initialProcessTracker: ProcessTrackerState = { ok: undefined, otherwiseSince: undefined, count: 0 };

/** One look at all processes. The first is decisive; a change must last its delay. */
export function lookAtProcesses(
  config: ProcessTrackerConfig,
  state: ProcessTrackerState,
  processes: readonly RunningProcess[],
  at: Instant,
): ProcessTrackerState {
  const count = processes.filter((process) => matchesProcess(config, process)).length;
  const good = count >= config.quorum && count <= (config.quorumMax ?? Number.POSITIVE_INFINITY);
  if (state.ok === undefined || good === state.ok) return { ok: good, otherwiseSince: undefined, count };
  const since = state.otherwiseSince ?? at;
  const wait = good ? config.forkDelay : config.terminateDelay;
  if (at < after(since, wait)) return { ...state, otherwiseSince: since, count };
  return { ok: good, otherwiseSince: undefined, count };
}

export function describeProcesses({ name, quorum, quorumMax }: ProcessTrackerConfig, count: number): string {
  const most = quorumMax === undefined ? '' : ` and at most ${quorumMax}`;
  return `process ${name}: ${count} running, wanted ${quorum}${most}`;
}
