/** `hatop realserver check VIP…`: 0 it would serve, 3 stopped, 4 something is in the way, 1 could not tell. */
import { type IpAddress, parseIp } from '../base/ip.ts';
import { EngineError } from '../control/link.ts';
import { openChangeMachine } from '../linux/change-machine.ts';
import { gatherFacts } from '../linux/real-server-facts.ts';
import { describeOsError } from '../ports/os-error.ts';
import { type CheckWishes, checkRealServer, type Finding, type Listener } from '../realserver/check.ts';
import { lookAround, type RealServerOptions, sideOf } from './realserver-side.ts';

export interface CheckOptions extends RealServerOptions {
  readonly port?: readonly string[];
  readonly director?: readonly string[];
}

const MARK: Readonly<Record<Finding['verdict'], string>> = {
  pass: 'PASS',
  warn: 'WARN',
  fail: 'FAIL',
  unknown: '????',
};

export function realserverCheck(words: readonly string[], options: CheckOptions): number {
  const wishes = { ports: (options.port ?? []).map(portOf), directors: (options.director ?? []).map(directorOf) };
  const { view, record } = lookAround(options.stateDir);
  const side = sideOf(words, record, options.interface);
  if (side.addresses.length === 0) throw new EngineError('no address is named, and none is on record', 2);
  const opened = openChangeMachine();
  if (!opened.ok) throw new EngineError(describeOsError(opened.error), 1);
  const findings = checkRealServer(view, gatherFacts(opened.value.connection, view, side.addresses), side, wishes);
  opened.value.close();
  if (options.json) process.stdout.write(`${JSON.stringify({ schemaVersion: 1, findings }, null, 2)}\n`);
  else for (const finding of findings) process.stdout.write(`${asLine(finding)}\n`);
  const held = side.addresses.some((address) => view.addresses.some((one) => one.address === address));
  if (!held) return 3;
  return findings.some(({ verdict }) => verdict === 'fail') ? 4 : 0;
}

const asLine = ({ verdict, what, remedy }: Finding): string =>
  `${MARK[verdict]}  ${what}${remedy === undefined ? '' : ` (${remedy})`}`;

function portOf(word: string): CheckWishes['ports'][number] {
  const found = /^(\d{1,5})(?:\/(tcp|udp))?$/.exec(word);
  const port = Number(found?.[1]);
  if (!found || port < 1 || port > 65_535) throw new EngineError(`--port ${word}: say 80, 443/tcp or 53/udp`, 2);
  return { port, protocol: (found[2] ?? 'tcp') as Listener['protocol'] };
}

function directorOf(word: string): IpAddress {
  const address = parseIp(word);
  if (!address) throw new EngineError(`--director ${word}: it is no IP address`, 2);
  return address;
}
