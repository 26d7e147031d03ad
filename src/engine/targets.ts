/** What an operator's word means: an instance's name, or a real server by address, address:port or unique prefix. */
import { parseIp } from '../base/ip.ts';
import { EngineError } from '../control/link.ts';
import type { RealServerSnapshot, ServiceSnapshot } from '../control/snapshot.ts';

export interface ServerTarget {
  readonly service: ServiceSnapshot;
  readonly server: RealServerSnapshot;
}

export const nameOfService = (s: ServiceSnapshot): string => s.name;
export const nameOfServer = (s: Pick<RealServerSnapshot, 'address' | 'port'>): string =>
  `${bracketed(s.address)}:${s.port}`;
const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address);

/**
 * All places of the one real server that `word` names: ADDRESS (all its ports), ADDRESS:PORT, or the beginning of
 * either. EngineError 2 where it names none, or several servers.
 */
export function findServers(services: readonly ServiceSnapshot[], word: string, serviceWord?: string): ServerTarget[] {
  const candidates = services
    .filter((service) => serviceWord === undefined || nameOfService(service) === serviceWord)
    .flatMap((service) => service.realServers.map((server) => ({ service, server })));
  if (serviceWord !== undefined && candidates.length === 0) {
    throw new EngineError(`no service ${serviceWord}; there are: ${listed(services.map(nameOfService))}`, 2);
  }
  const wanted = parseIp(word) ?? word.toLowerCase();
  for (const { matches, names } of READINGS) {
    const found = candidates.filter(({ server }) => matches(server, wanted));
    if (found.length === 0) continue;
    if (new Set(found.map(({ server }) => names(server))).size === 1) return found;
    throw new EngineError(`${word} is ambiguous: ${listed(found.map(({ server }) => nameOfServer(server)))}`, 2);
  }
  const known = listed(candidates.map(({ server }) => nameOfServer(server)));
  throw new EngineError(`no real server ${word}; there are: ${known}`, 2);
}

interface Reading {
  readonly matches: (server: RealServerSnapshot, word: string) => boolean;
  /** What must be the same of all that match: a word without a port means the host with all its ports. */
  readonly names: (server: RealServerSnapshot) => string;
}
const host = ({ address }: RealServerSnapshot): string => address;
/** The first that matches anything counts: 10.0.0.1 is never taken for the beginning of 10.0.0.11 where both exist. */
const READINGS: readonly Reading[] = [
  { matches: (server, word) => server.address === word, names: host },
  { matches: (server, word) => nameOfServer(server) === word, names: nameOfServer },
  { matches: (server, word) => server.address.startsWith(word), names: host },
  { matches: (server, word) => nameOfServer(server).startsWith(word), names: nameOfServer },
];

/** Each once, for a message. */
export const listed = (names: readonly string[]): string => [...new Set(names)].join(', ') || 'none';
