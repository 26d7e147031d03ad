/** The root blocks of what instances can track beside scripts: files with a number, and processes. */
import { seconds } from '../base/time.ts';
import { reportNameless } from './bind-script.ts';
import { type Binder, type Entry, readBlock, type Values } from './block.ts';
import type { TrackFile, TrackProcess } from './model.ts';
import { spanOf, type Word } from './statement.ts';
import { readCommand, readWeight } from './values.ts';

/** Files may weigh one more than scripts: 254 times 1 is FAULT where it is negative. */
const FILE_WEIGHT_MOST = 254;

export function bindWatched(
  root: Values,
  binder: Binder,
): { readonly files: ReadonlyMap<string, TrackFile>; readonly processes: ReadonlyMap<string, TrackProcess> } {
  const files = root.all('track_file', 'vrrp_track_file').flatMap((entry) => bindFile(entry, binder) ?? []);
  const processes = root.all('vrrp_track_process').flatMap((entry) => bindProcess(entry, binder) ?? []);
  return { files: byName(files), processes: byName(processes) };
}

/** The first of a name counts. */
const byName = <T extends { readonly name: string }>(all: readonly T[]): Map<string, T> =>
  new Map(all.toReversed().map((one) => [one.name, one]));

function bindFile({ line }: Entry, binder: Binder): TrackFile | undefined {
  const name = line.args[0];
  if (!name) {
    reportNameless(line, binder);
    return undefined;
  }
  const values = readBlock(line.block ?? [], 'track_file', binder);
  const path = values.text('file');
  if (path === undefined) {
    reportLacking(name, 'file', binder);
    return undefined;
  }
  const init = values.last('init_file')?.line.args.map((word) => word.text);
  return {
    name: name.text,
    path,
    ...weightIn(values, 1, FILE_WEIGHT_MOST, binder),
    init: init && {
      value: Number(init.find((word) => /^-?\d+$/.test(word)) ?? 0),
      overwrite: init.includes('overwrite'),
    },
    span: spanOf(line),
  };
}

function bindProcess({ line }: Entry, binder: Binder): TrackProcess | undefined {
  const name = line.args[0];
  if (!name) {
    reportNameless(line, binder);
    return undefined;
  }
  const values = readBlock(line.block ?? [], 'vrrp_track_process', binder);
  const command = values.last('process')?.line;
  if (!command) {
    reportLacking(name, 'process', binder);
    return undefined;
  }
  const match = values.text('param_match');
  const delay = values.duration('delay') ?? seconds(0);
  return {
    name: name.text,
    argv: readCommand(command),
    paramMatch: match === 'initial' || match === 'partial' ? match : undefined,
    fullCommand: values.has('full_command'),
    quorum: values.number('quorum') ?? (values.number('quorum_max') === 0 ? 0 : 1),
    quorumMax: values.number('quorum_max'),
    forkDelay: values.duration('fork_delay') ?? delay,
    terminateDelay: values.duration('terminate_delay') ?? delay,
    ...weightIn(values, 0, FILE_WEIGHT_MOST, binder),
    span: spanOf(line),
  };
}

function weightIn(values: Values, otherwise: number, most: number, { report }: Binder) {
  const line = values.last('weight')?.line;
  const read = line && readWeight(line.keyword, line.args, report, most);
  return { weight: read?.weight ?? otherwise, reverse: read?.reverse ?? false };
}

function reportLacking(name: Word, what: string, { report }: Binder): void {
  const message = `\`${name.text}\` has no \`${what}\``;
  report({ code: 'required', severity: 'error', message, span: name.span, hint: 'it is ignored: nothing is tracked' });
}
