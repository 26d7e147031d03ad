/** Static addresses, routes and rules on one simulated machine: when they are tried again. */
import { describe, expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { ok } from '../../src/base/result.ts';
import { milliseconds, seconds } from '../../src/base/time.ts';
import { loadConfiguration } from '../../src/conf/load.ts';
import { staticPlan } from '../../src/engine/assemble.ts';
import type { StaticPlan } from '../../src/engine/router/messages.ts';
import { createStatics } from '../../src/engine/router/statics.ts';
import { createWorld } from '../../src/sim/world.ts';
import { route } from './routing-fixtures.ts';

const ETH1 = { name: 'eth1', address: ip('10.1.0.1'), prefix: 24 };
const ADDRESS = { interface: 'eth1', address: ip('10.9.9.9'), prefix: 24 };

function machine(plan: StaticPlan) {
  const world = createWorld({ seed: 3 });
  const node = world.addNode({ name: 'a', interfaces: [{ name: 'eth0', address: ip('10.0.0.1'), prefix: 24 }] });
  const told: string[] = [];
  let rings = 0;
  const host = {
    ...node.host,
    alarms: {
      ...node.host.alarms,
      at: (...[when, ring]: Parameters<typeof node.host.alarms.at>) =>
        node.host.alarms.at(when, () => {
          // A busy loop would never end in simulated time.
          if (++rings < 100) ring();
        }),
    },
  };
  const statics = createStatics(host, ({ text }) => told.push(text));
  statics.exchange(plan);
  return { world, node, statics, told, rings: () => rings };
}

describe('static addresses and routes', () => {
  test('are held as the file says, and a reload that changes how acts', () => {
    const planOf = (line: string): StaticPlan => {
      return staticPlan(loadConfiguration('k.conf', () => ok(`static_ipaddress {\n ${line}\n}\n`)).configuration);
    };
    const { node, statics } = machine(planOf('10.8.0.1 peer 10.8.0.2 dev eth0'));
    const shown = () => node.addresses().find(({ address }) => address === '10.8.0.1');
    expect(shown()).toMatchObject({ peer: '10.8.0.2' });
    statics.exchange(planOf('10.8.0.1/24 dev eth0 scope link'));
    statics.exchange(planOf('10.8.0.1/24 dev eth0 brd 10.8.0.255 scope host'));
    expect(shown()).toMatchObject({ peer: undefined, options: { broadcast: '10.8.0.255', scope: 254 } });
    statics.exchange(planOf('2001:db8::9/64 dev eth0 -nodad'));
    expect(statics.status().map(({ what }) => what)).toEqual(['2001:db8::9/64 on eth0 -nodad']);
  });

  test('refused, and put up by somebody else meanwhile, are waited for no longer', () => {
    const { world, node, statics, rings } = machine({ addresses: [ADDRESS], routing: [] });
    world.run(seconds(2));
    node.operator.addInterface(ETH1);
    node.operator.addAddress(ADDRESS);
    world.run(seconds(60));
    expect(statics.status()).toEqual([{ what: '10.9.9.9/24 on eth1', present: true }]);
    expect(rings()).toBeLessThanOrEqual(1);
    node.operator.removeAddress(ADDRESS);
    statics.look();
    expect(node.holds(ADDRESS.address)).toBe(true);
  });

  test('refused for a link that is down come with the link', () => {
    const { world, node, statics, told } = machine({ addresses: [], routing: [route(1)] });
    for (let flap = 0; flap < 4; flap++) {
      node.operator.setLink('eth0', false);
      statics.news();
      statics.news();
      world.run(milliseconds(300));
      expect(node.routing()).toEqual([]);
      node.operator.setLink('eth0', true);
      statics.news();
      world.run(milliseconds(300));
      expect(node.routing()).toEqual([route(1)]);
    }
    expect(told.filter((text) => text.includes('3 times'))).toEqual([]);
  });

  test('removed by somebody three times wait their 10 s, whatever the links do', () => {
    const { world, node, statics } = machine({ addresses: [], routing: [route(1)] });
    for (let time = 0; time < 3; time++) {
      node.operator.removeRouting(route(1));
      statics.news();
    }
    statics.news();
    world.run(seconds(9));
    statics.news();
    expect(node.routing()).toEqual([]);
    world.run(seconds(2));
    expect(node.routing()).toEqual([route(1)]);
  });

  test('a refusal is not tried again for every piece of news', () => {
    const { world, node, statics } = machine({ addresses: [], routing: [route(1)] });
    node.operator.setLink('eth0', false);
    let adds = 0;
    const add = node.host.routing.add;
    node.host.routing.add = (entry) => {
      adds++;
      return add(entry);
    };
    for (let piece = 0; piece < 500; piece++) statics.news();
    world.run(seconds(1));
    expect(adds).toBeLessThanOrEqual(2);
  });
});
