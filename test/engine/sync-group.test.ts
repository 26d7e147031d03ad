import { describe, expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { milliseconds, seconds } from '../../src/base/time.ts';
import { addDirector, type SimDirector } from '../../src/lab/sim-cluster.ts';
import type { SimClient } from '../../src/sim/client.ts';
import { createWorld, type World } from '../../src/sim/world.ts';
import { settle } from './support.ts';

/** Two gateways between two LANs: an address on each, which must never be on different nodes. */
const INSIDE = '10.1.0.100';
const OUTSIDE = '10.2.0.100';
const VIPS = [INSIDE, OUTSIDE];

interface Gateways {
  readonly world: World;
  readonly a: SimDirector;
  readonly b: SimDirector;
  readonly clients: readonly SimClient[];
  /** For each address: who has it. */
  holders(): string[];
  states(of: SimDirector): string[];
}

const instance = (name: string, vrid: number, nic: string, vip: string, priority: number, more = ''): string =>
  `vrrp_instance ${name} {\n interface ${nic}\n virtual_router_id ${vrid}\n priority ${priority}\n advert_int 1
 virtual_ipaddress { ${vip}/24 }\n ${more}\n}\n`;

interface Settings {
  readonly group?: string;
  readonly before?: string;
  readonly nopreempt?: boolean;
  readonly ungroupedPeer?: boolean;
}

const conf = (name: 'a' | 'b', settings: Settings): string => {
  const priority = name === 'a' ? 200 : 100;
  const patient = settings.nopreempt ? 'nopreempt' : '';
  const group = `vrrp_sync_group G {\n group { INSIDE OUTSIDE }\n ${settings.group ?? ''}\n}\n`;
  return `${settings.before ?? ''}\n${name === 'b' && settings.ungroupedPeer ? '' : group}
${instance('INSIDE', 51, 'eth0', INSIDE, priority, patient)}${instance('OUTSIDE', 52, 'eth1', OUTSIDE, priority, patient)}`;
};

/** Both started; a is master of both. */
async function gateways(settings: Settings = {}): Promise<Gateways> {
  const world = createWorld({ seed: 3 });
  const client = (lan: string, address: string, vip: string): SimClient =>
    world.addClient({ name: `client-${lan}`, lan, address: ip(address), vip: ip(vip), every: milliseconds(1) });
  const clients = [client('eth0', '10.1.0.9', INSIDE), client('eth1', '10.2.0.9', OUTSIDE)];
  const start = (name: 'a' | 'b', host: number): Promise<SimDirector> =>
    addDirector(
      world,
      {
        name,
        address: `10.1.0.${host}`,
        furtherInterfaces: [{ name: 'eth1', address: ip(`10.2.0.${host}`), prefix: 24 }],
        configuration: conf(name, settings),
      },
      'test',
    );
  const [a, b] = [await start('a', 1), await start('b', 2)];
  for (const { scripts } of [a, b]) scripts.setScript('/bin/chk', 0);
  world.run(seconds(15));
  for (const each of clients) each.forget();
  return {
    world,
    a,
    b,
    clients,
    holders: () => VIPS.map((vip) => [a, b].flatMap((d) => (d.node.holds(ip(vip)) ? [d.name] : [])).join('+')),
    states: (of) => of.engine.snapshot().instances.map(({ state }) => state),
  };
}

const worstHole = (clients: readonly SimClient[]): number =>
  Math.max(...clients.map((client) => client.longestHole().length));

describe('a sync group in the simulator', () => {
  test('is master of both addresses, and names itself', async () => {
    const { a, holders } = await gateways();
    expect(holders()).toEqual(['a', 'a']);
    expect(a.engine.snapshot().instances.map(({ group }) => group)).toEqual(['G', 'G']);
  });

  test('one link down takes both addresses away, and both come home together', async () => {
    const { world, a, holders, states } = await gateways();
    a.node.operator.setLink('eth1', false);
    world.run(milliseconds(1));
    expect(holders()).toEqual(['', '']);
    world.run(milliseconds(200));
    expect(states(a)).toEqual(['fault', 'fault']);
    world.run(seconds(4));
    expect(holders()).toEqual(['b', 'b']);
    a.node.operator.setLink('eth1', true);
    world.run(seconds(1));
    expect(states(a)).toEqual(['backup', 'backup']);
    world.run(seconds(8));
    expect(holders()).toEqual(['a', 'a']);
  });

  test('never is on two nodes, whatever happens to the lower one', async () => {
    const { world, a, b, holders } = await gateways();
    b.node.operator.setLink('eth0', false);
    world.run(seconds(5));
    b.node.operator.setLink('eth0', true);
    world.run(seconds(5));
    expect(holders()).toEqual(['a', 'a']);
    a.node.crash();
    // Its machine is gone with its addresses.
    world.run(seconds(6));
    expect(holders().map((names) => names.replace(/a\+?/, ''))).toEqual(['b', 'b']);
  });
});

describe('what guards a group', () => {
  const script = 'vrrp_script chk {\n script "/bin/chk"\n interval 1\n}\n';

  test('a script of the group puts both members into fault', async () => {
    const { world, a, holders, states } = await gateways({ before: script, group: 'track_script { chk }' });
    expect(holders()).toEqual(['a', 'a']);
    a.scripts.setScript('/bin/chk', 1);
    world.run(seconds(5));
    expect(states(a)).toEqual(['fault', 'fault']);
    expect(holders()).toEqual(['b', 'b']);
  });

  test('a weighted one counts for every member', async () => {
    const weighted = 'track_script { chk weight 30 }';
    const { a } = await gateways({ before: script, group: weighted });
    expect(a.engine.snapshot().instances.map(({ priority }) => priority.effective)).toEqual([230, 230]);
  });
});

test('a reload that brings a member to a group that is master warns of what it takes', async () => {
  const { a } = await gateways();
  const member = instance('THIRD', 53, 'eth0', '10.1.0.101', 200);
  a.rewrite(conf('a', {}).replace('INSIDE OUTSIDE }', 'INSIDE OUTSIDE THIRD }') + member);
  const plan = await a.link().plan({ verb: 'reload', target: 'configuration' });
  const warned = plan.checks.filter(({ level }) => level === 'WARN').map(({ text }) => text);
  expect(warned).toEqual(['INSIDE', 'OUTSIDE'].map((name) => expect.stringContaining(`${name} is master here, and a`)));
});

describe('a planned failover of a group', () => {
  test.each([[false], [true]])('named by a member moves all in one tick, nopreempt %s', async (nopreempt) => {
    const { world, a, clients, holders } = await gateways({ nopreempt });
    const plan = await settle(world, a.link().plan({ verb: 'failover', target: 'INSIDE' }));
    expect(plan).toMatchObject({ target: 'G', command: expect.stringContaining('failover G'), blocked: false });
    expect(plan.checks.map(({ text }) => text)).toContain('member of sync group G, which moves as one');
    const result = await settle(world, a.link().operate({ verb: 'failover', target: 'INSIDE' }));
    expect(result).toMatchObject({ result: 'OK', target: 'G' });
    world.run(seconds(1));
    expect(holders()).toEqual(['b', 'b']);
    expect(worstHole(clients)).toBeLessThan(5);
    expect(a.engine.snapshot().instances.map(({ admin }) => admin)).toEqual(['standby', 'standby']);
  });

  test('goes home by failback of the group', async () => {
    const { world, a, clients, holders } = await gateways();
    await settle(world, a.link().operate({ verb: 'failover', target: 'G' }));
    world.run(seconds(20));
    expect(holders()).toEqual(['b', 'b']);
    for (const client of clients) client.forget();
    const result = await settle(world, a.link().operate({ verb: 'failback', target: 'G' }));
    expect(result.result).toBe('OK');
    world.run(seconds(1));
    expect(holders()).toEqual(['a', 'a']);
    expect(worstHole(clients)).toBeLessThan(5);
  });

  test('with nobody there is rolled back whole', async () => {
    const { world, a, b, clients, holders } = await gateways();
    b.node.crash();
    const result = await settle(world, a.link().operate({ verb: 'failover', target: 'G' }));
    expect(result.result).toBe('ROLLED_BACK');
    expect(holders()[0]).toContain('a');
    expect(worstHole(clients)).toBeLessThan(5);
    expect(a.engine.snapshot().instances.map(({ admin }) => admin)).toEqual(['active', 'active']);
  });

  test('gives the rest away 200 ms after the first where a successor is missing', async () => {
    const { world, a, b, holders, states } = await gateways({ ungroupedPeer: true });
    b.node.operator.setLink('eth1', false);
    world.run(seconds(1));
    const result = await settle(world, a.link().operate({ verb: 'failover', target: 'G' }));
    expect(result.result).toBe('OK_WITH_WARNINGS');
    expect(result.text).toContain('nobody was heard to take OUTSIDE');
    expect(states(a)).toEqual(['backup', 'backup']);
    expect(holders()[0]).toBe('b');
  });

  test('a take-over that one member would refuse moves none', async () => {
    const { world, b, holders } = await gateways();
    b.node.operator.setLink('eth1', false);
    world.run(seconds(1));
    const attempt = settle(world, b.link().operate({ verb: 'failover', target: 'G' }));
    await expect(attempt).rejects.toMatchObject({ exitCode: 18 });
    expect(holders()).toEqual(['a', 'a']);
  });
});
