/** What the state of a link and the addresses on it mean for an instance: a fault, an addend, another source address. */
import type { Instant } from '../../base/time.ts';
import type { VrrpHost } from '../../ports/host.ts';
import { influenceOf } from '../../vrrp/influence.ts';
import { exert } from './influence.ts';
import type { VirtualRouter } from './virtual-router.ts';

/** Every interface that an instance tracks, its own among them. */
export function judgeInterface(router: VirtualRouter, host: VrrpHost, name: string): void {
  const tracked = router.plan.trackedInterfaces.find((t) => t.interface === name);
  const link = host.links.find(name);
  const influence = tracked && influenceOf(tracked, link?.up === true);
  const reason = link ? `interface ${name} is ${link.up ? 'up' : 'down'}` : `interface ${name} does not exist`;
  exert(router, `interface ${name}`, influence, reason, host.clock.now());
}

/** The address that adverts leave from may have come, gone or changed. */
export function judgeSource(router: VirtualRouter, at: Instant): void {
  const address = router.findSource();
  if (address !== router.state().primary || address === undefined) {
    router.dispatch({ type: 'primary-address', at, address });
  }
}
