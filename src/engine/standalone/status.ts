/** Whether a director without VRRP stands as its file says: what is missing, a line each. */
import { describeDrift, findDrift } from '../../ipvs/drift.ts';
import { serviceName, type TableDump } from '../../ipvs/types.ts';
import type { MachineView } from '../../realserver/machine.ts';
import { type ChangeRecord, isEmpty } from '../../realserver/record.ts';
import type { DirectorWant } from './want.ts';

export interface DirectorStatus {
  readonly state: 'running' | 'partial' | 'stopped';
  readonly missing: readonly string[];
}

export function directorStatus(
  view: MachineView,
  dump: TableDump,
  record: ChangeRecord,
  want: DirectorWant,
): DirectorStatus {
  const isThere = ({ address, interface: name }: DirectorWant['addresses'][number]): boolean =>
    view.addresses.some((held) => held.address === address && held.interface === name);
  const present = new Set(dump.map(serviceName));
  const served = want.services.filter((service) => present.has(serviceName(service)));
  const missing = [
    ...want.addresses
      .filter((held) => !isThere(held))
      .map((held) => `${held.address}/${held.prefix} is not on ${held.interface}`),
    ...want.forwarding
      .filter((path) => view.settings.get(path) !== '1')
      .map((path) => `/proc/sys/${path} is not 1, which NAT needs`),
    ...want.services
      .filter((service) => !served.includes(service))
      .map((service) => `${serviceName(service)} is not in the kernel's table`),
    ...findDrift(served, dump).map(describeDrift),
  ];
  const nothing = served.length === 0 && !want.addresses.some(isThere);
  if (nothing && isEmpty(record)) return { state: 'stopped', missing };
  return { state: missing.length === 0 ? 'running' : 'partial', missing };
}
