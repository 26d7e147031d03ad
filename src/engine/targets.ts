/** What an operator's word means: an instance's name, or a real server by address, address:port or unique prefix. */
import { EngineError } from '../control/link.ts';
import type { RealServerSnapshot, ServiceSnapshot } from '../control/snapshot.ts';

export interface ServerTarget {
  readonly service: ServiceSnapshot;
  readonly server: RealServerSnapshot;
}

export const nameOfService = (s: ServiceSnapshot): string => `${bracketed(s.address)}:${s.port}/${s.protocol}`;
export const nameOfServer = (s: RealServerSnapshot): string => `${bracketed(s.address)}:${s.port}`;
const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address);

/** All places of the one real server that `word` names. EngineError 2 where it names none, or several servers. */
export function findServers(services: readonly ServiceSnapshot[], word: string, serviceWord?: string): ServerTarget[] {
  const all = services.flatMap((service) => service.realServers.map((server) => ({ service, server })));
  const inService =
    serviceWord === undefined ? all : all.filter(({ service }) => nameOfService(service) === serviceWord);
  if (serviceWord !== undefined && inService.length === 0) {
    throw new EngineError(
      `no service ${serviceWord}; there are: ${services.map(nameOfService).join(', ') || 'none'}`,
      2,
    );
  }
  const exact = inService.filter(({ server }) => server.address === word || nameOfServer(server) === word);
  const found = exact.length > 0 ? exact : inService.filter(({ server }) => nameOfServer(server).startsWith(word));
  const names = new Set((found.length > 0 ? found : inService).map(({ server }) => nameOfServer(server)));
  if (found.length === 0)
    throw new EngineError(`no real server ${word}; there are: ${[...names].join(', ') || 'none'}`, 2);
  const addresses = new Set(found.map(({ server }) => server.address));
  if (addresses.size > 1) throw new EngineError(`${word} is ambiguous: ${[...names].join(', ')}`, 2);
  return found;
}
