/** What no block can see alone: two things that collide, and things that should meet and do not. */
import { familyOf, type IpAddress } from '../base/ip.ts';
import type { BoundInstance } from './bind-instance.ts';
import type { Report } from './diagnostic.ts';
import type { VirtualServer, VrrpInstance, VrrpScript } from './model.ts';
import { distance } from './suggest.ts';

/** The instances whose name is theirs alone: keepalived ignores a second one of the same name. */
export function withoutNamesakes(instances: readonly BoundInstance[], report: Report): BoundInstance[] {
  const seen = new Map<string, VrrpInstance>();
  return instances.filter(({ instance }) => {
    if (!instance) return true;
    const first = seen.get(instance.name);
    if (!first) seen.set(instance.name, instance);
    else {
      const message = `vrrp_instance \`${instance.name}\` is defined twice, first on line ${first.span.line}`;
      report({
        code: 'duplicate',
        severity: 'error',
        message,
        span: instance.span,
        hint: 'give it another name; the second one is ignored',
      });
    }
    return !first;
  });
}

/** Two virtual routers with one VRID on one interface would take each other's advertisements for their own. */
export function reportSharedVrids(instances: readonly BoundInstance[], report: Report): void {
  const seen = new Map<string, VrrpInstance>();
  for (const { instance, ownGroup } of instances) {
    if (!instance || ownGroup) continue;
    const key = `${instance.interface} ${instance.family} ${instance.vrid}`;
    const first = seen.get(key);
    if (!first) {
      seen.set(key, instance);
      continue;
    }
    const family = `IPv${instance.family}`;
    const message = `\`${first.name}\` and \`${instance.name}\` both use VRID ${instance.vrid} with ${family} on \`${instance.interface}\``;
    const hint = `give one of them another virtual_router_id; \`${first.name}\` is on line ${first.span.line}`;
    report({ code: 'duplicate', severity: 'error', message, span: instance.span, hint });
  }
}

/** A service whose address no instance holds is never reached, unless somebody else sets the address. */
export function reportHomelessServices(
  services: readonly VirtualServer[],
  held: ReadonlySet<IpAddress>,
  anyInstance: boolean,
  report: Report,
): void {
  if (!anyInstance) return;
  const reported = new Set<IpAddress>();
  const addresses = services.flatMap(({ endpoints, span }) =>
    endpoints.flatMap((endpoint) => ('address' in endpoint ? [{ address: endpoint.address, span }] : [])),
  );
  for (const { address, span } of addresses) {
    if (held.has(address) || reported.has(address)) continue;
    reported.add(address);
    const near = reported.size <= 50 ? nearest(address, held) : undefined;
    const message = `virtual_server address \`${address}\` is on no vrrp_instance`;
    const hint = near
      ? `did you mean \`${near}\`? Otherwise put ${address} into a virtual_ipaddress block`
      : `put ${address} into a virtual_ipaddress block; nothing moves it to the node that is master`;
    report({ code: 'address-on-no-instance', severity: 'warning', message, span, hint });
  }
}

/** Accept mode is a filter in front of IPVS as well: what is dropped there is not balanced either, as with keepalived. */
export function reportRefusedServices(
  services: readonly VirtualServer[],
  instances: readonly VrrpInstance[],
  report: Report,
): void {
  const refused = new Map(
    instances
      .filter(({ accept }) => !accept)
      .flatMap((instance) =>
        [...instance.addresses, ...instance.excludedAddresses].map(({ address }) => [address, instance] as const),
      ),
  );
  for (const { endpoints, span } of services) {
    for (const address of new Set(endpoints.flatMap((one) => ('address' in one ? [one.address] : [])))) {
      const instance = refused.get(address);
      if (!instance) continue;
      refused.delete(address);
      const { name, strict, version } = instance;
      const message = `packets to \`${address}\` are dropped on the master, for \`${name}\` does not accept them: by IPVS this virtual_server gets none`;
      const hint =
        strict && version === 2
          ? `leave strict mode in \`${name}\`, or write \`version 3\` and \`accept\``
          : `write \`accept\` in \`${name}\``;
      report({ code: 'contradiction', severity: 'warning', message, span, hint });
    }
  }
}

/** The held address with the fewest characters different, if it is one or two. */
function nearest(address: IpAddress, held: ReadonlySet<IpAddress>): IpAddress | undefined {
  let limit = 2;
  let found: IpAddress | undefined;
  for (const candidate of [...held].slice(0, 1000)) {
    const d = familyOf(candidate) === familyOf(address) ? distance(address, candidate, limit) : limit + 1;
    if (d > limit) continue;
    found = candidate;
    limit = d - 1;
  }
  return found;
}

export function reportUntrackedScripts(
  scripts: readonly VrrpScript[],
  tracked: ReadonlySet<string>,
  report: Report,
): void {
  for (const script of scripts) {
    if (tracked.has(script.name)) continue;
    const message = `vrrp_script \`${script.name}\` is tracked by no instance: it is never run`;
    const hint = `write track_script { ${script.name} } in the instance that it guards`;
    report({ code: 'unused', severity: 'info', message, span: script.span, hint });
  }
}
