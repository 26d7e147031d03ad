/** Virtual MACs on real packets: beside a keepalived that has one too, on two LANs, and with somebody who meddles. */
import { expect, test } from 'vitest';
import type { LabProcess } from '../../src/lab/process.ts';
import { poll } from '../poll.ts';
import { type Machine, twoLans } from './two-lans.ts';
import { watchSegment } from './virtual-mac.ts';

const MAC = '00:00:5e:00:01:33';
const VIP = '10.9.0.100';
const SOON = { timeout: 20_000, interval: 50 };

const conf = (priority: number, lines = 'use_vmac', more = ''): string => `vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    version 3
    priority ${priority}
    advert_int 0.1
    ${lines}
    virtual_ipaddress {
        ${VIP}/24
        ${more}
    }
}
`;

/** Of the interface below, and what else there is. */
const settings = async (machine: Machine, link = 'eth0'): Promise<string> => {
  const names = ['arp_ignore', 'arp_filter', 'arp_announce'].map((name) => `net/ipv4/conf/${link}/${name}`);
  return (await machine.exec('sysctl', '-n', ...names)).stdout.trim().split('\n').join(' ');
};
const links = (machine: Machine): string[] =>
  [...machine.ip('-br', 'link').matchAll(/^([^\s@]+)\S* +(\S+)/gm)].map(([, name, state]) => `${name} ${state}`);
const where = (machine: Machine): string | undefined =>
  /^\d+: (\S+) .* 10\.9\.0\.100\//m.exec(machine.ip('-o', '-4', 'address'))?.[1];

test.concurrent('beside keepalived: one MAC for the client and the switch, whoever is master; a kill and a stop leave nothing', async ({
  onTestFinished,
}) => {
  const lans = await twoLans(onTestFinished);
  const { a, b } = lans;
  const before = await settings(a);
  const lan = await watchSegment(lans, 0);
  const master = async (side: 'a' | 'b'): Promise<void> => {
    const machine = side === 'a' ? a : b;
    await poll(() => where(machine), SOON).toBe('vrrp.51');
    await poll(() => lan.portOf(MAC), SOON).toBe(`${side}0`);
    expect(await lan.resolve(VIP)).toBe(MAC);
  };
  // keepalived leaves this alone, and its kernel then asks for the client with the other MAC.
  await b.exec('sysctl', '-q', '-w', 'net/ipv4/conf/eth0/arp_announce=2');
  const rival = await b.start('keepalived', conf(100));
  await master('b');
  const hatop = await a.start('hatop', conf(150));
  await master('a');
  await lans.settled({ [VIP]: 'a' });
  const status = await a.status();
  expect(status.instances[0]?.virtualAddresses).toEqual([
    { address: `${VIP}/24`, interface: 'vrrp.51', present: true },
  ]);
  expect((await a.hatop('status')).stdout).toContain(`${VIP}/24 present on vrrp.51`);
  expect((await a.hatop('why', 'VI_1')).stdout).toContain(`its addresses are on vrrp.51 (${MAC})`);

  await hatop.crash();
  // Left over, and up: keepalived has taken over beside it.
  await poll(() => where(b), SOON).toBe('vrrp.51');
  expect(where(a)).toBe('vrrp.51');
  const again = await a.start('hatop', conf(150));
  await master('a');
  await lans.settled({ [VIP]: 'a' });
  expect(again.output()).toMatch(/removed 10\.9\.0\.100 from vrrp\.51: left over/);

  await again.stop();
  await master('b');
  expect(links(a).map((line) => line.split(' ')[0])).toEqual(['lo', 'eth0', 'eth1']);
  expect(await settings(a)).toBe(before);

  // What a backup of ours says must not lead anybody to it.
  const patient = await a.start('hatop', conf(50));
  await poll(() => links(a), SOON).toContain('vrrp.51 DOWN');
  await rival.stop();
  await master('a');
  await patient.stop();
  expect(new Set(lan.adverts().map(({ from }) => from))).toEqual(new Set([MAC]));
  const claims = lan
    .arps()
    .filter(({ address, operation, gratuitous }) => address === VIP && (gratuitous || operation === 'reply'));
  expect(new Set(claims.map(({ from }) => from))).toEqual(new Set([MAC]));
});

test.concurrent('IPv6, and vmac_xmit_base on another LAN: who sends, who answers', async ({ onTestFinished }) => {
  const lans = await twoLans(onTestFinished);
  const six = (priority: number): string => `vrrp_instance V6 {
    interface eth0
    virtual_router_id 51
    priority ${priority}
    advert_int 0.1
    use_vmac
    virtual_ipaddress {
        fe80::51
        fd09::100/64
    }
}
vrrp_instance XB {
    interface eth1
    virtual_router_id 52
    version 3
    priority ${priority}
    advert_int 0.1
    use_vmac base52
    vmac_xmit_base
    virtual_ipaddress {
        10.9.1.100/24
    }
}
`;
  const [v6, base] = [await watchSegment(lans, 0), await watchSegment(lans, 1)];
  const { a, b } = lans;
  const ours = await a.start('hatop', six(150));
  await lans.settled({ 'fd09::100': 'a', '10.9.1.100': 'a' });
  await b.start('keepalived', six(100));
  await poll(() => v6.resolve('fd09::100'), SOON).toBe('00:00:5e:00:02:33');
  await poll(() => base.resolve('10.9.1.100'), SOON).toBe('00:00:5e:00:01:34');
  const own = /link\/ether (\S+)/.exec(a.ip('link', 'show', 'eth1'))?.[1];
  await poll(() => base.adverts().length, SOON).toBeGreaterThan(3);
  expect(new Set(base.adverts().map(({ from }) => from))).toEqual(new Set([own]));
  await poll(() => v6.adverts().length, SOON).toBeGreaterThan(3);
  expect(new Set(v6.adverts().map(({ from }) => from))).toEqual(new Set(['00:00:5e:00:02:33']));
  await ours.stop();
  await lans.settled({ 'fd09::100': 'b', '10.9.1.100': 'b' });
  await poll(() => v6.resolve('fd09::100'), SOON).toBe('00:00:5e:00:02:33');
  await a.start('hatop', six(150));
  await lans.settled({ 'fd09::100': 'a', '10.9.1.100': 'a' });
  await poll(() => v6.resolve('fd09::100'), SOON).toBe('00:00:5e:00:02:33');
  await poll(() => base.resolve('10.9.1.100'), SOON).toBe('00:00:5e:00:01:34');
});

test.concurrent('meddled with it comes back without an election; a reload without use_vmac begins anew; a taken name is refused', async ({
  onTestFinished,
}) => {
  const lans = await twoLans(onTestFinished);
  const { a } = lans;
  const before = await settings(a);
  const engine: LabProcess = await a.start('hatop', conf(100));
  await poll(() => where(a), SOON).toBe('vrrp.51');
  const since = (await a.status()).instances[0]?.since;
  a.ip('link', 'set', 'vrrp.51', 'down');
  await poll(() => links(a), SOON).toContain('vrrp.51 UP');
  a.ip('link', 'delete', 'vrrp.51');
  await poll(() => where(a), SOON).toBe('vrrp.51');
  // The kernel calls a new one UNKNOWN for a moment.
  await poll(() => links(a), SOON).toContain('vrrp.51 UP');
  expect((await a.status()).instances[0]?.since).toBe(since);

  const taken = await a.reload(conf(100, 'use_vmac eth1'));
  expect(taken.stderr + taken.stdout).toMatch(
    /interface eth1 exists already and is of kind veth: give use_vmac another name/,
  );
  const plan = await a.reload(conf(100, ''), '--dry-run');
  expect(plan.stdout).toMatch(/instance VI_1 \(begins anew\)/);
  await a.reload(conf(100, ''), '--yes');
  await poll(() => where(a), SOON).toBe('eth0');
  expect(links(a).map((line) => line.split(' ')[0])).toEqual(['lo', 'eth0', 'eth1']);
  expect(await settings(a)).toBe(before);
  await engine.stop();

  const refused = await a.exec(...a.command(conf(100, 'use_vmac eth1')));
  expect(refused).toMatchObject({ code: 2 });
  expect(refused.stderr).toMatch(/keepalived\.conf|a\.conf:1: instance VI_1: interface eth1 exists already/);
});
