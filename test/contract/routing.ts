import assert from 'node:assert/strict';
import { ip } from '../../src/base/ip.ts';
import { describeRouting, type Route, type Rule } from '../../src/base/routing.ts';
import { A_WHILE, type ContractItem, type Machine, NO_INTERFACE } from './suite.ts';

const route = (link: string): Route => ({
  kind: 'route',
  family: 4,
  type: 'unicast',
  destination: { address: ip('198.51.100.0'), prefix: 24 },
  hops: [{ gateway: undefined, interface: link, weight: 1, onlink: false }],
  source: undefined,
  table: 254,
  scope: 0,
  metric: undefined,
  mtu: undefined,
});
const RULE: Rule = {
  kind: 'rule',
  family: 4,
  priority: 99,
  from: { address: ip('198.51.100.7'), prefix: 32 },
  to: undefined,
  mark: undefined,
  incoming: undefined,
  outgoing: undefined,
  action: { table: 100 },
};

const listed = ({ host }: Machine): string[] => host.routing.list().map(describeRouting);
const okOf = (value: string) => ({ ok: true, value });

export const routingContract: readonly ContractItem[] = [
  {
    name: 'a route and a rule: added, listed, present, removed, absent',
    async run({ one }) {
      const { routing } = one.host;
      for (const entry of [route(one.interface), RULE]) {
        assert.deepEqual(routing.remove(entry), okOf('absent'));
        assert.deepEqual(routing.add(entry), okOf('added'));
        assert.deepEqual(listed(one), [describeRouting(entry)]);
        assert.deepEqual(routing.add(entry), okOf('present'));
        assert.deepEqual(routing.remove(entry), okOf('removed'));
        assert.deepEqual(listed(one), []);
      }
    },
  },
  {
    name: 'EEXIST where another way stands in its place, ENODEV where there is no such interface',
    async run({ one }) {
      const { routing } = one.host;
      routing.add(route(one.interface));
      const [other, nowhere] = [routing.add(route(one.elsewhere)), routing.add(route(NO_INTERFACE))];
      assert.equal(other.ok ? '' : other.error.code, 'EEXIST');
      assert.equal(nowhere.ok ? '' : nowhere.error.code, 'ENODEV');
      assert.deepEqual(routing.remove(route(one.interface)), okOf('removed'));
    },
  },
  {
    name: 'a route goes with its link, and whoever watches hears of it',
    async run({ one, settle }) {
      let heard = 0;
      const cancel = one.host.routing.watch(() => {
        heard++;
      });
      one.host.routing.add(route(one.elsewhere));
      await settle(A_WHILE);
      assert.deepEqual(listed(one), [describeRouting(route(one.elsewhere))]);
      const before = heard;
      await one.foreign.setLink(one.elsewhere, false);
      await settle(A_WHILE);
      assert.deepEqual(listed(one), []);
      assert.ok(heard > before);
      cancel();
      await one.foreign.setLink(one.elsewhere, true);
    },
  },
];
