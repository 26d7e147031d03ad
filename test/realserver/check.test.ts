import { describe, expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { parseSockets } from '../../src/linux/real-server-facts.ts';
import { type CheckFacts, type CheckWishes, checkRealServer, type Finding } from '../../src/realserver/check.ts';
import { planStart } from '../../src/realserver/plan.ts';
import { FakeMachine, SIX, VIP } from './fake-machine.ts';

const GOOD: CheckFacts = {
  deliveries: (['near', 'far'] as const).map((client) => ({
    address: VIP,
    interface: 'eth0',
    client,
    verdict: 'local',
  })),
  listeners: [{ protocol: 'tcp', address: ip('0.0.0.0'), port: 80 }],
  gateways: [{ address: ip('10.0.0.1'), interface: 'eth0' }],
};
const WISHES: CheckWishes = { ports: [], directors: [ip('10.0.0.2')] };

function running(): FakeMachine {
  const machine = new FakeMachine();
  const planned = planStart(machine.view(), machine.record(), { addresses: [VIP], interface: 'lo' });
  if (!planned.ok) throw new Error(planned.error);
  machine.perform(planned.value.steps);
  return machine;
}
const flaws = (facts: Partial<CheckFacts>, wishes: Partial<CheckWishes> = {}, machine = running()): string[] =>
  checkRealServer(
    machine.view(),
    { ...GOOD, ...facts },
    { addresses: [VIP], interface: 'lo' },
    { ...WISHES, ...wishes },
  ).flatMap(({ verdict, what }: Finding) => (verdict === 'pass' ? [] : [`${verdict}: ${what}`]));

test('a real server as it should be has no flaw, and each question its answer', () => {
  expect(flaws({})).toEqual([]);
  const findings = checkRealServer(running().view(), GOOD, { addresses: [VIP], interface: 'lo' }, WISHES);
  expect(findings.map(({ what }) => what)).toEqual([
    'does not answer ARP for 10.0.0.100 on eth0',
    'takes packets for 10.0.0.100 on eth0',
    'TCP ports that listen for 10.0.0.100: 80',
    'the default gateway 10.0.0.1 is no director',
  ]);
});

describe('a flaw is named', () => {
  test.each([
    ['1', '2', []],
    ['2', '2', []],
    ['8', '2', []],
    ['3', '2', ['fail: answers ARP for 10.0.0.100 on eth0 once it is here: arp_ignore is 3']],
    ['1', '1', []],
    ['1', '3', ['fail: may call 10.0.0.100 its own when it asks by ARP on eth0: arp_announce is 3']],
  ])('arp_ignore %s, arp_announce %s on the interface itself', (ignore, announce, expected) => {
    const machine = running();
    machine.set('eth0', 'arp_ignore', ignore);
    machine.set('eth0', 'arp_announce', announce);
    expect(flaws({}, {}, machine)).toEqual(expected);
  });

  test('the address on an interface with ARP', () => {
    const machine = running();
    machine.addresses.push({ interface: 'eth0', address: VIP, prefix: 24 });
    expect(flaws({}, {}, machine)).toEqual(['fail: answers ARP for 10.0.0.100: it is on eth0 itself']);
  });

  test('a packet that is not taken', () => {
    const verdicts = (near: string, far: string): Partial<CheckFacts> => ({
      deliveries: GOOD.deliveries.map((one) => ({ ...one, verdict: one.client === 'near' ? near : far })),
    });
    expect(flaws(verdicts('EINVAL', 'EINVAL'))).toEqual(['fail: does not take packets for 10.0.0.100 (eth0: EINVAL)']);
    const machine = running();
    machine.set('eth0', 'rp_filter', '1');
    machine.set('all', 'rp_filter', '0');
    expect(flaws(verdicts('local', 'EXDEV'), {}, machine)).toEqual([
      'fail: drops packets for 10.0.0.100 from clients beyond the network of eth0: rp_filter is 1, and the way back is by another interface or missing',
    ]);
    expect(flaws(verdicts('local', 'forwarded'))).toEqual([
      'fail: drops packets for 10.0.0.100 from clients beyond the network of eth0 (forwarded)',
    ]);
  });

  test('a service that listens elsewhere, or not at all', () => {
    const elsewhere = { listeners: [{ protocol: 'tcp', address: ip('10.0.0.11'), port: 80 } as const] };
    expect(flaws(elsewhere)).toEqual([
      'fail: nothing listens on a TCP port of 10.0.0.100',
      'warn: port 80 listens on 10.0.0.11, not on 10.0.0.100',
    ]);
    expect(flaws(elsewhere, { ports: [{ protocol: 'tcp', port: 80 }] })).toEqual([
      'fail: tcp port 80 listens on 10.0.0.11, not on 10.0.0.100',
    ]);
    expect(flaws({}, { ports: [{ protocol: 'udp', port: 80 }] })).toEqual(['fail: nothing listens on udp port 80']);
  });

  test('a default gateway that is a director, the address itself, unknown, or not there', () => {
    expect(flaws({}, { directors: [ip('10.0.0.1')] })).toEqual(['fail: the default gateway 10.0.0.1 is a director']);
    expect(flaws({ gateways: [{ address: VIP, interface: 'eth0' }] })).toEqual([
      'fail: the default gateway 10.0.0.100 is the virtual address',
    ]);
    expect(flaws({}, { directors: [] })).toEqual([
      'unknown: whether the default gateway 10.0.0.1 is a director cannot be told from here',
    ]);
    expect(flaws({ gateways: [{ address: SIX, interface: 'eth0' }] })).toEqual([
      'warn: there is no IPv4 default gateway: answers reach the clients of this LAN alone',
    ]);
  });
});

test('sockets as /proc/net shows them: waiting ones, addresses in host order', () => {
  const tcp = `  sl  local_address rem_address   st
   0: 0B00000A:0050 00000000:0000 0A 00000000:00000000
   1: 0B00000A:0051 0900000A:A000 01 00000000:00000000`;
  expect(parseSockets(tcp, 'tcp')).toEqual([{ protocol: 'tcp', address: '10.0.0.11', port: 80 }]);
  const six = '  0: B80D0120000000000000000000010000:0035 00000000000000000000000000000000:0000 07';
  expect(parseSockets(six, 'udp')).toEqual([{ protocol: 'udp', address: '2001:db8::100', port: 53 }]);
});
