/** IPVS's timeouts and synchronisation daemons, over an open connection of the family's number `type`. */
import { err, ok, type Result } from '../base/result.ts';
import type { IpvsControl } from '../ports/ipvs-table.ts';
import { type OsError, osError } from '../ports/os-error.ts';
import {
  decodeIpvsDaemon,
  encodeGetIpvsDaemons,
  encodeIpvsDaemon,
  encodeIpvsDaemonEnd,
  encodeIpvsTimeouts,
  type IpvsDaemon,
} from '../wire/ipvs-control.ts';
import { FLAG } from '../wire/netlink.ts';
import type { NetlinkConnection } from './netlink-conn.ts';

export function controlOver(connection: NetlinkConnection, type: number): IpvsControl {
  const tell = (payload: Uint8Array, what: string): Result<void, OsError> => {
    const reply = connection.request({ type, payload, what });
    return reply.ok ? ok(undefined) : reply;
  };
  return {
    setTimeouts: (timeouts) => tell(encodeIpvsTimeouts(timeouts), "set IPVS's timeouts"),
    daemons() {
      const what = 'list the IPVS synchronisation daemons';
      const reply = connection.request({ type, flags: FLAG.dump, payload: encodeGetIpvsDaemons(), what });
      if (!reply.ok) return reply;
      const daemons: IpvsDaemon[] = [];
      for (const { payload } of reply.value) {
        const daemon = decodeIpvsDaemon(payload);
        if (!daemon.ok) return err(osError('EBADMSG', `${what}: ${daemon.error}`));
        daemons.push(daemon.value);
      }
      return ok(daemons);
    },
    start: (daemon) => tell(encodeIpvsDaemon(daemon), `start the ${daemon.role} synchronisation daemon`),
    stop: (role) => tell(encodeIpvsDaemonEnd(role), `stop the ${role} synchronisation daemon`),
  };
}
