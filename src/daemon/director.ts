/** `hatop director start|stop|status -f FILE`: virtual services and addresses on one box, without VRRP. */
import { join } from 'node:path';
import { EngineError } from '../control/link.ts';
import { type Phase, planDirectorStart, planDirectorStop } from '../engine/standalone/plan.ts';
import { directorStatus } from '../engine/standalone/status.ts';
import { type DirectorWant, directorWant } from '../engine/standalone/want.ts';
import { type ChangeMachine, openChangeMachine } from '../linux/change-machine.ts';
import { openIpvsTable } from '../linux/ipvs-table.ts';
import { openRecord, peekRecord } from '../linux/record-file.ts';
import type { IpvsTable } from '../ports/ipvs-table.ts';
import { describeOsError } from '../ports/os-error.ts';
import { carryOut, describeStep } from '../realserver/machine.ts';
import { type ChangeRecord, emptyRecord, isEmpty } from '../realserver/record.ts';
import { readConfiguration } from './configuration.ts';
import { refuseConflicts } from './surroundings.ts';

export interface DirectorOptions {
  readonly file: string;
  readonly stateDir: string;
  readonly interface?: string;
}

interface Doors {
  readonly machine: ChangeMachine;
  readonly table: IpvsTable;
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const recordDirectory = ({ stateDir }: DirectorOptions): string => join(stateDir, 'director');

export function directorStart(options: DirectorOptions): number {
  const configuration = readConfiguration(options.file, say);
  refuseConflicts();
  withRecord(options, (doors, record) => {
    const { table, machine } = doors;
    const view = machine.view();
    const want = wanted(directorWant(configuration, view, options.interface));
    if (table.kind === 'none')
      throw new EngineError(`${table.reason ?? 'the kernel has no IPVS'}; nothing was changed`, 1);
    const planned = planDirectorStart(view, dumped(table), record(), want);
    if (!planned.ok) throw new EngineError(planned.error, 2);
    const wasThere = !isEmpty(record());
    try {
      carryOutPhases(doors, planned.value);
    } catch (error) {
      // One that ran before goes on with what it has.
      if (!wasThere) carryOutPhases(doors, planDirectorStop(machine.view(), dumped(table), record()));
      throw error;
    }
    say('note: real servers are not checked: one that is down keeps its place in the table (hatop run checks them)');
    process.stdout.write(`running: ${listed(want)}\n`);
  });
  return 0;
}

export function directorStop(options: DirectorOptions): number {
  withRecord(options, (doors, record) => {
    const was = isEmpty(record());
    if (!was) carryOutPhases(doors, planDirectorStop(doors.machine.view(), dumped(doors.table), record()));
    process.stdout.write(was ? 'stopped already: nothing of ours is here\n' : 'stopped: what was ours is gone\n');
  });
  return 0;
}

const EXIT = { running: 0, stopped: 3, partial: 4 } as const;

/** 0 running, 3 stopped, 4 partial; EngineError 1 where it cannot be told. */
export function showDirector(options: DirectorOptions & { readonly json?: boolean }): number {
  const configuration = readConfiguration(options.file, say);
  const peeked = peekRecord(recordDirectory(options));
  if (!peeked.ok) throw new EngineError(peeked.error.text, 1);
  const record = peeked.value === 'unknown' ? emptyRecord('') : peeked.value;
  const { state, missing } = withDoors(undefined, ({ machine, table }) => {
    const view = machine.view();
    // 4 would say: partial.
    return directorStatus(view, dumped(table, 1), record, wanted(directorWant(configuration, view, options.interface)));
  });
  if (options.json) process.stdout.write(`${JSON.stringify({ schemaVersion: 1, state, missing }, null, 2)}\n`);
  else
    process.stdout.write(`${[state, ...(state === 'partial' ? missing.map((line) => `  ${line}`) : [])].join('\n')}\n`);
  return EXIT[state];
}

function withRecord(options: DirectorOptions, use: (doors: Doors, record: () => ChangeRecord) => void): void {
  const file = openRecord(recordDirectory(options));
  if (!file.ok) {
    const busy = file.error.code === 'EAGAIN' ? 'another hatop director is at work; try again' : file.error.text;
    throw new EngineError(busy, isDenied(file.error.code) ? 4 : 1);
  }
  withDoors(file.value, (doors) => use(doors, file.value.read));
}

function withDoors<T>(record: Parameters<typeof openChangeMachine>[0], use: (doors: Doors) => T): T {
  const machine = openChangeMachine(record);
  if (!machine.ok) throw new EngineError(describeOsError(machine.error), 1);
  const table = openIpvsTable();
  try {
    return use({ machine: machine.value, table });
  } finally {
    table.close();
    machine.value.close();
  }
}

type Dump = Extract<ReturnType<IpvsTable['dump']>, { readonly ok: true }>['value'];

/** `denied`: the exit code where the right to read it is missing. */
function dumped(table: IpvsTable, denied: 1 | 4 = 4): Dump {
  const dump = table.dump();
  if (!dump.ok) throw new EngineError(describeOsError(dump.error), isDenied(dump.error.code) ? denied : 1);
  return dump.value;
}

function wanted(want: ReturnType<typeof directorWant>): DirectorWant {
  if (!want.ok) throw new EngineError(want.error, 2);
  return want.value;
}

function carryOutPhases({ machine, table }: Doors, phases: readonly Phase[]): void {
  for (const phase of phases) {
    if (phase.kind === 'table') {
      const refused = table.apply(phase.operations).find((result) => !result.ok);
      if (refused && !refused.ok)
        throw new EngineError(describeOsError(refused.error), isDenied(refused.error.code) ? 4 : 1);
      continue;
    }
    const done = carryOut(phase.steps, machine.perform);
    if (done.ok) continue;
    const { step, code } = done.error;
    throw new EngineError(`cannot ${describeStep(step)}: ${code}`, isDenied(code) ? 4 : 1);
  }
}

const isDenied = (code: string): boolean => code === 'EPERM' || code === 'EACCES';
const listed = ({ addresses, services }: DirectorWant): string =>
  `${addresses.map(({ address }) => address).join(', ')}; ${services.length} service${services.length === 1 ? '' : 's'}`;
