/** `why`: one sentence on the state of an instance or a real server, and what would change it. */
import type { Snapshot } from '../control/snapshot.ts';
import type { Routers } from './routers.ts';
import { findServers, nameOfServer, nameOfService, type ServerTarget } from './targets.ts';

/** EngineError 2 where `target` names nothing. */
export function why(target: string, routers: Routers, snapshot: Snapshot): string {
  const status = routers.statuses().find(({ snapshot: { name } }) => name === target);
  if (status) return status.why;
  return findServers(snapshot.services, target).map(whyServer).join('\n');
}

function whyServer({ server, service }: ServerTarget): string {
  const where = `${nameOfServer(server)} in ${nameOfService(service)}`;
  const { configured, effective, kernel } = server.weight;
  const table = kernel === null ? 'the kernel has no table here' : `the kernel has weight ${kernel}`;
  if (server.admin !== 'enabled') {
    const drain = server.drain ? `; ${server.drain.why}` : '';
    return `${where} is in ${server.admin}: no new connections until it is enabled (hatop enable ${nameOfServer(server)})${drain}; ${table}.`;
  }
  if (server.health === 'down') {
    return `${where} is down: ${server.reason}; it returns to weight ${configured} after one good check.`;
  }
  const set =
    effective === configured ? '' : ` (configured ${configured}; hatop weight ${nameOfServer(server)} = restores it)`;
  return `${where} is ${server.health} with weight ${effective}${set}: ${server.reason}; ${table}.`;
}
