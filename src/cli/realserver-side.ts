/** What the realserver commands share: their words, the machine with its record, and how a failure ends. */
import { join } from 'node:path';
import { type IpAddress, ipBytes, parseIp } from '../base/ip.ts';
import type { Result } from '../base/result.ts';
import { EngineError } from '../control/link.ts';
import { openChangeMachine } from '../linux/change-machine.ts';
import { openRecord, peekRecord, type RecordFailure } from '../linux/record-file.ts';
import { describeOsError } from '../ports/os-error.ts';
import { describeStep, type MachineView, type Refusal } from '../realserver/machine.ts';
import type { ChangePlan, RealServerSide } from '../realserver/plan.ts';
import { type ChangeRecord, emptyRecord } from '../realserver/record.ts';
import type { Machine, TurnFailure } from '../realserver/turn.ts';

export interface RealServerOptions {
  readonly interface: string;
  readonly stateDir: string;
  readonly json?: boolean;
  readonly readOnly?: boolean;
}

/** EngineError 2 for what can be no virtual address. */
export function virtualAddresses(words: readonly string[]): IpAddress[] {
  return [...new Set(words.map(virtualAddress))];
}

function virtualAddress(word: string): IpAddress {
  const address = parseIp(word);
  if (!address) {
    const hint = word.includes('/') ? 'a virtual address is given without a prefix length' : 'it is no IP address';
    throw new EngineError(`"${word}": ${hint}`, 2);
  }
  const why = whyNoVirtualAddress(address);
  if (why) throw new EngineError(`${address} cannot be a virtual address: it is ${why}`, 2);
  return address;
}

function whyNoVirtualAddress(address: IpAddress): string | undefined {
  const [first = 0, second = 0] = ipBytes(address);
  if (address.includes(':')) {
    if (address === '::') return 'unspecified';
    if (address === '::1') return 'the loopback address';
    if (first === 0xff) return 'a multicast address';
    return first === 0xfe && (second & 0xc0) === 0x80
      ? 'link-local, so that no router brings clients to it'
      : undefined;
  }
  if (first === 0) return 'unspecified';
  if (first === 127) return 'a loopback address';
  return first >= 224 ? 'a multicast or reserved address' : undefined;
}

/** Where the record lies: apart from the engine's, which locks its own directory. */
const recordDirectory = (stateDir: string): string => join(stateDir, 'realserver');

/** To look, with what the record says where it may be read. EngineError 1 where nothing can be told. */
export function lookAround(stateDir: string): {
  readonly view: MachineView;
  readonly record: ChangeRecord;
  readonly recordKnown: boolean;
} {
  const peeked = peekRecord(recordDirectory(stateDir));
  if (!peeked.ok) throw new EngineError(peeked.error.text, 1);
  const known = peeked.value !== 'unknown';
  const opened = openChangeMachine();
  if (!opened.ok) throw new EngineError(describeOsError(opened.error), 1);
  try {
    return {
      view: opened.value.view(),
      record: peeked.value === 'unknown' ? emptyRecord('') : peeked.value,
      recordKnown: known,
    };
  } finally {
    opened.value.close();
  }
}

/** Runs `turn` with the record locked; prints what was done. Throws with the exit code that says why not. */
export function changeMachine(
  options: RealServerOptions,
  turn: (machine: Machine) => Result<ChangePlan, TurnFailure>,
): ChangePlan {
  if (options.readOnly) throw new EngineError('read-only: nothing is changed', 4);
  const record = openRecord(recordDirectory(options.stateDir));
  if (!record.ok) throw new EngineError(recordWords(record.error), isDenied(record.error.code) ? 4 : 1);
  const opened = openChangeMachine(record.value);
  if (!opened.ok) throw new EngineError(describeOsError(opened.error), 1);
  const { view, perform, close } = opened.value;
  try {
    const done = turn({ view, perform, record: record.value.read });
    if (done.ok) return done.value;
    throw failure(done.error);
  } finally {
    close();
  }
}

const recordWords = ({ code, text }: RecordFailure): string =>
  code === 'EAGAIN' ? 'another hatop realserver is at work on this machine; try again' : text;

const isDenied = (code: string): boolean => code === 'EPERM' || code === 'EACCES';

function failure(error: TurnFailure): EngineError {
  if (error.kind === 'refused') return new EngineError(error.why, 2);
  const { refusal, leftOver } = error;
  const state = leftOver === undefined ? 'nothing was changed' : `left over: ${leftOver}`;
  return new EngineError(
    `cannot ${describeStep(refusal.step)}: ${refusal.code}${remedy(refusal)}; ${state}`,
    isDenied(refusal.code) ? 4 : 1,
  );
}

function remedy({ code, step }: Refusal): string {
  if (isDenied(code)) return ' (run it as root, with CAP_NET_ADMIN)';
  if (code === 'EROFS' && step.kind === 'set') {
    return ` (/proc/sys is read-only here: a container? set ${step.path.replaceAll('/', '.')}=${step.value} where it is started)`;
  }
  return '';
}

/** Those that are asked for, else those on record for the interface. */
export function sideOf(words: readonly string[], record: ChangeRecord, name: string): RealServerSide {
  const addresses = virtualAddresses(words);
  const recorded = record.addresses.filter((one) => one.interface === name).map((one) => one.address);
  return { addresses: addresses.length > 0 ? addresses : recorded, interface: name };
}

export function report({ steps, notes }: ChangePlan, done: string): void {
  for (const step of steps) if (step.kind !== 'record') process.stderr.write(`${describeStep(step)}\n`);
  for (const note of notes) process.stderr.write(`note: ${note}\n`);
  process.stdout.write(`${done}\n`);
}
