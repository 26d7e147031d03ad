/** Routes and rules by number. */
import { ip } from '../../src/base/ip.ts';
import type { Route, Rule } from '../../src/base/routing.ts';

export const route = (i: number, metric?: number): Route => ({
  kind: 'route',
  family: 4,
  type: 'unicast',
  destination: { address: ip(`198.51.${i}.0`), prefix: 24 },
  hops: [{ gateway: undefined, interface: 'eth0', weight: 1, onlink: false }],
  source: undefined,
  table: 254,
  scope: 0,
  metric,
  mtu: undefined,
});
export const rule = (i: number): Rule => ({
  kind: 'rule',
  family: 4,
  priority: 1000 + i,
  from: { address: ip(`192.0.2.${i}`), prefix: 32 },
  to: undefined,
  mark: undefined,
  incoming: undefined,
  outgoing: undefined,
  action: { table: 100 },
});
