/** FILE_CHECK: the number in a `track_file` changes the weight of a real server, or takes it out. */
import { seconds } from '../base/time.ts';
import type { Surroundings } from './bind-check.ts';
import type { Values } from './block.ts';
import type { Check } from './check-model.ts';
import type { Line } from './statement.ts';
import { suggest } from './suggest.ts';

export interface TrackFile {
  readonly path: string;
  readonly weight: number;
  readonly reverse: boolean;
}
export type TrackFiles = ReadonlyMap<string, TrackFile>;

const LARGEST = 2_147_483_647;

/** The `track_file` blocks of the root, as far as checkers need them. */
export function readTrackFiles(root: Values): TrackFiles {
  const files = new Map<string, TrackFile>();
  for (const { line } of root.all('track_file', 'vrrp_track_file')) {
    const name = line.args[0]?.text;
    const path = argument(line, 'file');
    if (name === undefined || path === undefined) continue;
    files.set(name, { path, ...(readMultiplier(inner(line, 'weight')) ?? { weight: 1, reverse: false }) });
  }
  return files;
}

const inner = (line: Line, name: string): Line | undefined =>
  line.block?.findLast((candidate) => candidate.keyword.text === name);
const argument = (line: Line, name: string): string | undefined => inner(line, name)?.args[0]?.text;

function readMultiplier(line: Line | undefined): Omit<TrackFile, 'path'> | undefined {
  const [number, word] = line?.args ?? [];
  if (!number || !/^[+-]?\d+$/.test(number.text) || Math.abs(Number(number.text)) > LARGEST) return undefined;
  return { weight: Number(number.text), reverse: word?.text === 'reverse' };
}

/** Looked at every second; keepalived is told by inotify. */
const LOOK_EVERY = seconds(1);

export function bindFileCheck(values: Values, line: Line, { files, binder }: Surroundings): Check | undefined {
  const word = values.last('track_file')?.line.args[0];
  const file = word && files.get(word.text);
  if (!file) {
    const message = word ? `there is no track_file \`${word.text}\`` : '`FILE_CHECK` names no `track_file`';
    const near = word && suggest(word.text, [...files.keys()]);
    const hint = near ? `did you mean \`${near}\`? it is ignored` : 'it is ignored: nothing is checked';
    binder.report({ code: 'required', severity: 'error', message, span: (word ?? line.keyword).span, hint });
    return undefined;
  }
  const weighted = values.last('weight')?.line;
  const multiplier = readMultiplier(weighted);
  if (weighted && !multiplier) {
    const message = `\`weight ${weighted.args[0]?.text}\` is not a whole number within ±${LARGEST}`;
    const hint = "the track_file's own is used";
    binder.report({ code: 'out-of-range', severity: 'warning', message, span: weighted.keyword.span, hint });
  }
  const schedule = { delayLoop: LOOK_EVERY, delayBeforeRetry: LOOK_EVERY, retry: 0, warmup: seconds(0), alpha: false };
  return { kind: 'file', ...schedule, ...file, ...multiplier };
}
