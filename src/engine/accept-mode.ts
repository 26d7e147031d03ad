/** Packets to virtual addresses of instances without accept mode: refused from before the first is put up. */
import { isoTime } from '../base/time.ts';
import type { Configuration } from '../conf/model.ts';
import type { ServiceHost } from '../ports/host.ts';
import type { RefusedAddress } from '../ports/local-delivery.ts';
import type { Journal } from './journal.ts';

/** Also while it is backup: then nothing for them would be delivered here anyhow, and a take-over need not wait. */
export const refusedAddresses = ({ instances }: Pick<Configuration, 'instances'>): RefusedAddress[] =>
  instances
    .filter(({ accept }) => !accept)
    .flatMap(({ addresses, excludedAddresses, interface: own }) =>
      [...addresses, ...excludedAddresses].map((held) => ({ address: held.address, interface: held.interface ?? own })),
    );

/** What cannot be is told, and the instances run all the same: serving comes first. */
export function applyAcceptMode(
  configuration: Pick<Configuration, 'instances'>,
  { localDelivery, clock }: Pick<ServiceHost, 'localDelivery' | 'clock'>,
  journal: Journal,
): void {
  const addresses = refusedAddresses(configuration);
  const done = localDelivery?.refuse(addresses);
  if (!done || done.ok) return;
  const which = addresses.map(({ address }) => address).join(', ');
  const text = which
    ? `no_accept cannot be kept, packets to ${which} are answered: ${done.error}`
    : `the nftables table of no_accept cannot be removed: ${done.error}`;
  journal.write({ at: isoTime(clock.wall()), severity: 'error', kind: 'engine', subject: '', text });
}
