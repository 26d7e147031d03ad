/** Probes: what is asked once stands once, with all the real servers that it serves. */
import type { CheckSnapshot, RealServerSnapshot, ServiceSnapshot, Snapshot } from '../control/snapshot.ts';

export interface ProbeUser {
  readonly service: ServiceSnapshot;
  readonly server: RealServerSnapshot;
}

export interface Probe {
  readonly check: CheckSnapshot;
  readonly users: readonly [ProbeUser, ...ProbeUser[]];
}

interface Growing {
  readonly check: CheckSnapshot;
  readonly users: [ProbeUser, ...ProbeUser[]];
}

/**
 * In the order of the configuration. The snapshot names no probe: those that ask the same, say the same and serve equally
 * many are one, until it has its users.
 */
export function probesOf({ services }: Snapshot): Probe[] {
  const probes: Growing[] = [];
  const open = new Map<string, Growing>();
  for (const service of services) {
    for (const server of service.realServers) {
      for (const check of server.checks) {
        const key = keyOf(check);
        const known = open.get(key);
        const user: ProbeUser = { service, server };
        if (known && known.users.length < check.sharedBy) known.users.push(user);
        else {
          const probe: Growing = { check, users: [user] };
          probes.push(probe);
          open.set(key, probe);
        }
      }
    }
  }
  return probes;
}

const keyOf = ({ kind, what, sharedBy, up, retriesLeft, last }: CheckSnapshot): string =>
  JSON.stringify([kind, what, sharedBy, up, retriesLeft, last?.reason]);
