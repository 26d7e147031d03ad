import { familyOf, type IpAddress, inNetwork } from '../base/ip.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { AddressChange, InterfaceAddress } from '../ports/addresses.ts';
import { type OsError, osError } from '../ports/os-error.ts';
import { type Broadcast, createBroadcast } from './broadcast.ts';

/** The kernel's addresses of one simulated machine, with the kernel's refusals. */
export interface AddressTable {
  list(): InterfaceAddress[];
  holds(address: IpAddress): boolean;
  add(address: InterfaceAddress): Result<'added' | 'present', OsError>;
  /** Where a primary IPv4 address goes, the next of its network is promoted (sysctl promote_secondaries). */
  remove(address: InterfaceAddress): Result<'removed' | 'absent', OsError>;
  readonly changes: Broadcast<AddressChange>;
}

/** IFNAMSIZ without its final zero. */
const MAX_LABEL_LENGTH = 15;

export function createAddressTable(hasInterface: (name: string) => boolean): AddressTable {
  const table: InterfaceAddress[] = [];
  const changes = createBroadcast<AddressChange>();

  const withFlag = (entry: InterfaceAddress): InterfaceAddress => {
    const first = table.find((other) => sameNetwork(other, entry));
    return first === entry ? entry : { ...entry, secondary: true };
  };

  const refusal = (address: InterfaceAddress, verb: string): OsError | undefined => {
    const what = `${verb} ${address.address}/${address.prefix} on ${address.interface}`;
    if (!hasInterface(address.interface)) return osError('ENODEV', what);
    const bits = familyOf(address.address) === 4 ? 32 : 128;
    if (!(address.prefix >= 0 && address.prefix <= bits)) return osError('EINVAL', what);
    if ((address.label?.length ?? 0) > MAX_LABEL_LENGTH) return osError('ERANGE', what);
    return undefined;
  };

  return {
    changes,
    // The kernel dumps IPv4 before IPv6.
    list: () => table.map(withFlag).sort((a, b) => familyOf(a.address) - familyOf(b.address)),
    holds: (address) => table.some((entry) => entry.address === address),
    add(address) {
      const refused = refusal(address, 'add');
      if (refused) return err(refused);
      if (table.some((entry) => sameAddress(entry, address))) return ok('present');
      const clash = table.some((entry) => entry.interface === address.interface && entry.address === address.address);
      // IPv6 knows an address once per interface, whatever its prefix.
      if (clash && familyOf(address.address) === 6) {
        return err(osError('EEXIST', `add ${address.address}/${address.prefix} on ${address.interface}`));
      }
      const { secondary: _, ...entry } = address;
      table.push(entry);
      changes.tell({ kind: 'added', address: withFlag(entry) });
      return ok('added');
    },
    remove(address) {
      const refused = refusal(address, 'remove');
      if (refused) return err(refused);
      const position = table.findIndex((entry) => sameAddress(entry, address));
      const entry = table[position];
      if (!entry) return ok('absent');
      const gone = withFlag(entry);
      table.splice(position, 1);
      changes.tell({ kind: 'removed', address: gone });
      const heir = gone.secondary ? undefined : table.find((other) => sameNetwork(other, entry));
      if (heir) changes.tell({ kind: 'added', address: heir });
      return ok('removed');
    },
  };
}

const sameAddress = (a: InterfaceAddress, b: InterfaceAddress): boolean =>
  a.interface === b.interface && a.address === b.address && a.prefix === b.prefix;

/** Two IPv4 addresses of which the kernel calls the later one secondary. */
function sameNetwork(a: InterfaceAddress, b: InterfaceAddress): boolean {
  if (a === b) return true;
  if (a.interface !== b.interface || a.prefix !== b.prefix) return false;
  return familyOf(a.address) === 4 && inNetwork(a.address, b.address, a.prefix);
}
