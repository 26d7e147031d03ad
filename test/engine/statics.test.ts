/** Static addresses, routes and rules on one simulated machine: when they are tried again. */
import { describe, expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { milliseconds, seconds } from '../../src/base/time.ts';
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
