/** Before anything is changed: whether `use_vmac` wants a name that another interface has. */
import type { Configuration } from '../conf/model.ts';
import { virtualMacs } from '../engine/assemble.ts';
import { NETLINK_ROUTE } from '../linux/constants.ts';
import { openNetlink } from '../linux/netlink-conn.ts';
import { obstacles } from '../linux/virtual-macs.ts';

/** Each in words, with its place in the file. What an earlier life of ours has left is no obstacle. */
export function takenNames({ instances }: Configuration): string[] {
  const wanting = instances.filter((instance) => instance.virtualMacs.length > 0);
  const connection = wanting.length > 0 ? openNetlink(NETLINK_ROUTE) : undefined;
  // Where it cannot be asked the engine says why, when it starts.
  if (!connection?.ok) return [];
  const found = wanting.flatMap((instance) =>
    obstacles(connection.value, virtualMacs(instance).virtualMacs).map(
      (text) => `${instance.span.file}:${instance.span.line}: instance ${instance.name}: ${text}`,
    ),
  );
  connection.value.close();
  return found;
}
