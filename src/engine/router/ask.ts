import { familyOf, type IpAddress } from '../../base/ip.ts';
import type { MacAddress } from '../../base/mac.ts';
import type { VrrpHost } from '../../ports/host.ts';
import { whoHas } from '../../wire/arp.ts';
import { solicitation } from '../../wire/ndp.ts';

/**
 * Asks the link who has `target`, by ARP or neighbour discovery. `probe`: so that it changes nobody's cache; IPv6 knows
 * no such question from us, and asks from `own`. Without an IPv6 `own` nothing is asked.
 */
export function askFor(
  host: VrrpHost,
  name: string,
  mac: MacAddress,
  target: IpAddress,
  own: IpAddress | undefined,
  probe = false,
): void {
  if (familyOf(target) === 4) host.neighbours.sendFrame(name, whoHas(mac, target, probe ? undefined : own));
  else if (own) host.neighbours.sendFrame(name, solicitation(mac, target, own));
}
