/** The director looks at its real servers from outside: who of them answers ARP for the virtual address. */
import { describe, expect, test } from 'vitest';
import { type IpAddress, ip } from '../../src/base/ip.ts';
import { err, ok } from '../../src/base/result.ts';
import { seconds } from '../../src/base/time.ts';
import { loadConfiguration } from '../../src/conf/load.ts';
import { vipProbeTargets } from '../../src/engine/arp-watch.ts';
import { routerPlans } from '../../src/engine/assemble.ts';
import { openIntents } from '../../src/engine/intents.ts';
import type { VipAnswer } from '../../src/engine/router/messages.ts';
import { probeVips } from '../../src/engine/router/vip-probe.ts';
import { SIM_LAN } from '../../src/lab/sim-cluster.ts';
import type { SimNode } from '../../src/sim/node.ts';
import { createSimStateFiles } from '../../src/sim/state-files.ts';
import { createWorld, type World } from '../../src/sim/world.ts';
import { lab, settle, startPair } from './support.ts';

const VIP = lab.vip;
const [ONE, TWO] = [lab.nodes.s1.address, lab.nodes.s2.address];
const machine = (world: World, name: string, address: IpAddress): SimNode =>
  world.addNode({ name, interfaces: [{ name: SIM_LAN, address, prefix: 24 }] });
const holdVip = (node: SimNode) => node.operator.addAddress({ interface: SIM_LAN, address: VIP, prefix: 32 });

describe('a probe', () => {
  function ask(world: World, asker: SimNode): VipAnswer[] {
    let answers: VipAnswer[] | undefined;
    probeVips([{ interface: SIM_LAN, address: VIP, servers: [ONE, TWO] }], asker.host, (all) => {
      answers = all;
    });
    world.run(seconds(2));
    if (!answers) throw new Error('no answer');
    return answers;
  }

  test('tells the server that answers from the one that does not, beside the master that must', () => {
    const world = createWorld({ seed: 1 });
    const [asker, master] = [machine(world, 'a', lab.nodes.a.address), machine(world, 'b', lab.nodes.b.address)];
    const [one] = [machine(world, 's1', ONE), machine(world, 's2', TWO)];
    holdVip(master);
    expect(ask(world, asker).map(({ answers }) => answers)).toEqual([false, false]);
    holdVip(one);
    expect(ask(world, asker)).toEqual([
      { address: VIP, server: ONE, answers: true },
      { address: VIP, server: TWO, answers: false },
    ]);
  });

  test('says nothing of a server that does not answer, or behind the MAC of another', () => {
    const world = createWorld({ seed: 1 });
    const asker = machine(world, 'a', lab.nodes.a.address);
    const proxy = machine(world, 'proxy', ONE);
    holdVip(proxy);
    expect(ask(world, asker).map(({ answers }) => answers)).toEqual([true, null]);
    proxy.operator.addAddress({ interface: SIM_LAN, address: TWO, prefix: 24 });
    expect(ask(world, asker).map(({ answers }) => answers)).toEqual([null, null]);
  });
});

test('asked is for DR services whose address an instance holds, each server once', () => {
  const server = (address: string, kind = 'DR'): string => `real_server ${address} 80 {\n lvs_method ${kind}\n }\n`;
  const service = (address: string, port: number, body: string): string =>
    `virtual_server ${address} ${port} {\n lb_algo rr\n lb_kind DR\n protocol TCP\n ${body}}\n`;
  const text = `vrrp_instance V {\n interface eth1\n virtual_router_id 1\n priority 100\n virtual_ipaddress {\n 10.0.0.10/24 dev eth2\n }\n}
${service('10.0.0.10', 80, server('10.0.0.11') + server('10.0.0.12', 'NAT'))}
${service('10.0.0.10', 443, server('10.0.0.11') + server('10.0.0.13'))}
${service('10.0.0.99', 80, server('10.0.0.11'))}`;
  const { configuration } = loadConfiguration('f', (path) => (path === 'f' ? ok(text) : err('ENOENT')));
  const intents = openIntents(createSimStateFiles());
  if (!intents.ok) throw new Error(intents.error);
  expect(vipProbeTargets({ configuration, plans: routerPlans(configuration, intents.value) })).toEqual([
    { interface: 'eth2', address: ip('10.0.0.10'), servers: [ip('10.0.0.11'), ip('10.0.0.13')] },
  ]);
});

describe('a whole engine', () => {
  test('names the server in status, why and the journal, and says when it is over', async () => {
    const pair = await startPair({ services: true });
    const one = machine(pair.world, 's1', ONE);
    machine(pair.world, 's2', TWO);
    const seen = () => pair.a.engine.snapshot().services[0]?.realServers.map(({ answersArp }) => answersArp);
    const link = pair.a.link();
    const journal = async (): Promise<string[]> =>
      (await settle(pair.world, link.events(200))).flatMap(({ subject, text }) => (subject === ONE ? [text] : []));
    const until = async (expected: readonly unknown[]): Promise<void> => {
      for (let i = 0; i < 80 && JSON.stringify(seen()) !== JSON.stringify(expected); i++) {
        pair.world.run(seconds(1));
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(seen()).toEqual(expected);
    };
    await until([false, false]);
    expect(await journal()).toEqual([]);
    holdVip(one);
    await until([true, false]);
    expect(await settle(pair.world, link.why(ONE))).toMatch(/; but 10\.77\.0\.21 answers ARP for 10\.77\.0\.100: /);
    expect(await settle(pair.world, link.why(TWO))).not.toContain('ARP');
    one.operator.removeAddress({ interface: SIM_LAN, address: VIP, prefix: 32 });
    await until([false, false]);
    expect(await journal()).toEqual([
      expect.stringMatching(/^10\.77\.0\.21 answers ARP for 10\.77\.0\.100: clients may go past the director/),
      '10.77.0.21 no longer answers ARP for 10.77.0.100',
    ]);
  });
});
