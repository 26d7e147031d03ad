import { err, ok } from '../base/result.ts';
import type { Addresses, InterfaceAddress } from '../ports/addresses.ts';
import { osError } from '../ports/os-error.ts';
import { FLAG } from '../wire/netlink.ts';
import { delAddress, newAddress, RTM } from '../wire/rtnetlink.ts';
import { isLinkChange } from './known-routes.ts';
import { findLink } from './links.ts';
import type { NetlinkConnection } from './netlink-conn.ts';
import type { RouteMonitor } from './route-monitor.ts';

/** The addresses of the network namespace. EPERM without CAP_NET_ADMIN, EINVAL for a prefix or label that cannot be. */
export function createAddresses(connection: NetlinkConnection, monitor: RouteMonitor): Addresses {
  return {
    list: () => [...monitor.current().addresses.values()],

    add(address) {
      const what = `add ${describe(address)}`;
      const link = findLink(monitor, address.interface);
      if (!link) return err(osError('ENODEV', what));
      const payload = newAddress({ ...address, index: link.index, label: address.label });
      const reply = connection.request({ type: RTM.newAddr, flags: FLAG.create | FLAG.exclusive, payload, what });
      if (reply.ok) return ok('added');
      return reply.error.code === 'EEXIST' ? ok('present') : reply;
    },

    remove(address) {
      const what = `remove ${describe(address)}`;
      const link = findLink(monitor, address.interface);
      if (!link) return err(osError('ENODEV', what));
      const payload = delAddress({ ...address, index: link.index });
      const reply = connection.request({ type: RTM.delAddr, payload, what });
      if (reply.ok) return ok('removed');
      return reply.error.code === 'EADDRNOTAVAIL' ? ok('absent') : reply;
    },

    watch: (listener) =>
      monitor.watch((change) => {
        if (!isLinkChange(change)) listener(change);
      }),
  };
}

const describe = (address: InterfaceAddress): string => `${address.address}/${address.prefix} on ${address.interface}`;
