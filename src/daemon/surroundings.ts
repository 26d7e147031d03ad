/** What must be true of the machine before the engine starts: rights, interfaces, and nobody else doing the job. */
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import type { Configuration } from '../conf/model.ts';
import { EngineError } from '../control/link.ts';
import { findConflicts } from '../linux/conflicts.ts';
import { takenNames } from './virtual-macs.ts';

/** Throws EngineError 2 (conflict, unknown interface) or 4 (rights). */
export function checkSurroundings(configuration: Configuration): void {
  requireRights(configuration);
  refuseConflicts();
  requireInterfaces(configuration);
  const [taken] = takenNames(configuration);
  if (taken !== undefined) throw new EngineError(taken, 2);
}

const CAP_NET_ADMIN = 12n;
const CAP_NET_RAW = 13n;

function requireRights({ instances }: Configuration): void {
  if (instances.length === 0) return;
  const held = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'}`);
  const missing = [
    (held >> CAP_NET_ADMIN) & 1n ? '' : 'CAP_NET_ADMIN (addresses)',
    (held >> CAP_NET_RAW) & 1n ? '' : 'CAP_NET_RAW (VRRP and ARP packets)',
  ].filter(Boolean);
  if (missing.length > 0) throw new EngineError(`not permitted: ${missing.join(' and ')} missing; run it as root`, 4);
}

/** Throws EngineError 2 where another VRRP daemon runs in this network namespace. */
export function refuseConflicts(): void {
  const { keepalived, vrrpSockets } = findConflicts();
  if (keepalived.length > 0) {
    const pids = keepalived.join(', ');
    throw new EngineError(
      `keepalived runs in this network namespace (pid ${pids}): two VRRP daemons on one box are deaf to each other; stop it first (systemctl stop keepalived)`,
      2,
    );
  }
  if (vrrpSockets > 0) {
    throw new EngineError(
      'another program holds a VRRP socket (protocol 112 or 51) in this network namespace: is another hatop running? See "ss -w -a"',
      2,
    );
  }
}

/** keepalived refuses unknown interfaces at start; one that only is down is a fault at run time instead. */
export function requireInterfaces({ instances }: Configuration): void {
  const known = new Set([...Object.keys(networkInterfaces()), ...linksFromProc()]);
  for (const { name, interface: own, addresses, excludedAddresses, virtualMacs, span } of instances) {
    const wanted = [own, ...[...addresses, ...excludedAddresses].map((virtual) => virtual.interface ?? own)];
    const missing = wanted.find((one) => !known.has(one) && !virtualMacs.some((mac) => mac.name === one));
    if (missing === undefined) continue;
    throw new EngineError(
      `${span.file}:${span.line}: instance ${name} wants interface ${missing}, which does not exist; there are: ${[...known].join(', ')}`,
      2,
    );
  }
}

/** networkInterfaces() leaves out interfaces without addresses. */
const linksFromProc = (): string[] =>
  readFileSync('/proc/net/dev', 'utf8')
    .split('\n')
    .slice(2)
    .map((line) => line.split(':')[0]?.trim() ?? '')
    .filter(Boolean);
