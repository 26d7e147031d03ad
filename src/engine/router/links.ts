/** What the state of a link and the addresses on it mean for an instance: a fault, an addend, another source address. */
import type { Instant } from '../../base/time.ts';
import type { VrrpHost } from '../../ports/host.ts';
import { influenceOf } from '../../vrrp/influence.ts';
import type { VirtualRouter } from './virtual-router.ts';

/** Every interface that an instance tracks, its own among them. */
export function judgeInterface(router: VirtualRouter, host: VrrpHost, name: string): void {
  const at = host.clock.now();
  const tracked = router.plan.trackedInterfaces.find((t) => t.interface === name);
  const source = `interface ${name}`;
  const link = host.links.find(name);
  const influence = tracked && influenceOf(tracked, link?.up === true);
  const failed = influence?.kind === 'fault' && influence.failed;
  // A reload may have made one of the other, or nothing at all of it.
  if (!failed) router.dispatch({ type: 'fault-cleared', at, source });
  const value = influence?.kind === 'priority-term' ? influence.value : 0;
  if (value !== 0 || router.state().terms.has(source)) {
    router.dispatch({ type: 'priority-term', at, source, value });
  }
  if (!failed) return;
  const reason = link ? `interface ${name} is ${link.up ? 'up' : 'down'}` : `interface ${name} does not exist`;
  router.dispatch({ type: 'fault', at, source, reason });
}

/** The address that adverts leave from may have come, gone or changed. */
export function judgeSource(router: VirtualRouter, at: Instant): void {
  const address = router.findSource();
  if (address !== router.state().primary || address === undefined) {
    router.dispatch({ type: 'primary-address', at, address });
  }
}
