import { describe, expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { instant, milliseconds, seconds } from '../../src/base/time.ts';
import { createWorld } from '../../src/sim/world.ts';
import { addNode, advertise, GROUP, listen, release, take, traceOf, VIP } from './talkers.ts';

function pair() {
  const world = createWorld({ seed: 5 });
  const [n1, n2] = [addNode(world, 'n1', 1), addNode(world, 'n2', 2)];
  return { world, n1, n2 };
}

describe('a program that is killed', () => {
  test('neither sends, hears nor wakes again; the kernel keeps its addresses and answers for them', () => {
    const { world, n1, n2 } = pair();
    const heard = listen(n1.host);
    advertise(n1, milliseconds(100));
    advertise(n2, milliseconds(100));
    take(n1);
    let rung = 0;
    n1.host.alarms.at(instant(2000), () => rung++);
    world.run(milliseconds(1050));
    const before = heard.length;
    expect(before).toBeGreaterThan(5);
    n1.kill();
    expect(n1.state()).toBe('dead');
    expect(n1.groups()).toEqual([]);
    const sent = traceOf(world);
    world.run(seconds(5));
    expect(heard.length).toBe(before);
    expect(rung).toBe(0);
    expect(sent.filter((line) => line.includes('10.0.0.1 >'))).toEqual([]);
    expect(n1.holds(VIP)).toBe(true);
    const answers: string[] = [];
    n2.host.neighbours.watchArp('eth0', (arp) => answers.push(`${arp.senderIp} is at ${arp.senderMac}`));
    const client = world.addClient({
      name: 'c',
      lan: 'eth0',
      address: ip('10.0.0.9'),
      vip: VIP,
      every: milliseconds(100),
    });
    world.run(seconds(1));
    expect(client.servedBy()).toBe(n1.host.links.find('eth0')?.mac);
  });

  test('can be started again: a new one, on the same kernel', () => {
    const { world, n1, n2 } = pair();
    const old = listen(n1.host);
    take(n1);
    n1.kill();
    const host = n1.start();
    expect(n1.host).toBe(host);
    const heard = listen(host);
    advertise(n2, milliseconds(100));
    world.run(milliseconds(250));
    expect(heard.length).toBe(3);
    expect(old).toEqual([]);
    expect(n1.groups()).toEqual([{ interface: 'eth0', group: GROUP }]);
    expect(host.addresses.add({ interface: 'eth0', address: VIP, prefix: 24 })).toEqual({ ok: true, value: 'present' });
    expect(() => n1.start()).toThrow('kill it first');
  });
});

describe('a program that is paused', () => {
  test('reads first what came meanwhile, with the stamps of its arrival, then its alarms ring late', () => {
    const { world, n1, n2 } = pair();
    const seen: string[] = [];
    const { host } = n1;
    host.sockets.open({ interface: 'eth0', family: 4, group: GROUP }, ({ at }) => {
      seen.push(`advert of ${Math.round(at)} at ${host.clock.now()}`);
    });
    host.addresses.watch(({ kind }) => seen.push(`address ${kind} at ${host.clock.now()}`));
    host.alarms.at(instant(1500), () => seen.push(`alarm of 1500 at ${host.clock.now()}`));
    host.alarms.at(instant(4500), () => seen.push(`alarm of 4500 at ${host.clock.now()}`));
    advertise(n2, seconds(1));
    world.run(milliseconds(500));
    n1.pause();
    n1.operator.addAddress({ interface: 'eth0', address: VIP, prefix: 32 });
    world.run(milliseconds(2000));
    expect(n1.state()).toBe('paused');
    n1.resume();
    world.run(milliseconds(2500));
    expect(seen).toEqual([
      'advert of 0 at 0.1',
      'address added at 2500',
      'advert of 1000 at 2500',
      'advert of 2000 at 2500',
      'alarm of 1500 at 2500',
      'advert of 3000 at 3000.1',
      'advert of 4000 at 4000.1',
      'alarm of 4500 at 4500',
    ]);
  });

  test('may withdraw an overdue alarm by what it reads', () => {
    const { world, n1, n2 } = pair();
    const { host } = n1;
    let rung = false;
    const cancel = host.alarms.at(instant(1500), () => {
      rung = true;
    });
    host.sockets.open({ interface: 'eth0', family: 4, group: GROUP }, ({ at }) => {
      if (at > 500) cancel();
    });
    advertise(n2, seconds(1));
    world.run(milliseconds(500));
    n1.pause();
    world.run(seconds(3));
    n1.resume();
    world.run(seconds(3));
    expect(rung).toBe(false);
  });

  test('may be killed in its pause, and then never wakes', () => {
    const { world, n1, n2 } = pair();
    const heard = listen(n1.host);
    advertise(n2, seconds(1));
    n1.pause();
    world.run(seconds(2));
    n1.kill();
    n1.resume();
    world.run(seconds(2));
    expect(heard).toEqual([]);
    expect(n1.state()).toBe('dead');
  });
});

describe('a machine', () => {
  test('that crashed answers nothing; booted again, it has the addresses of its specification', () => {
    const { world, n1, n2 } = pair();
    take(n1);
    const heard: string[] = [];
    n2.host.neighbours.watchArp('eth0', (arp) => heard.push(`${arp.operation} ${arp.senderIp}`));
    const client = world.addClient({
      name: 'c',
      lan: 'eth0',
      address: ip('10.0.0.9'),
      vip: VIP,
      every: milliseconds(100),
    });
    world.run(seconds(1));
    const { mac } = n1.host.links.find('eth0')!;
    const answered = client.answered();
    n1.crash();
    world.run(seconds(1));
    expect(client.answered()).toBe(answered);
    expect(n1.addresses()).toEqual([]);
    const host = n1.start();
    expect(host.addresses.list().map((entry) => entry.address)).toEqual(['10.0.0.1', 'fe80::ff:fe00:1']);
    expect(host.links.find('eth0')?.mac).toBe(mac);
    take(n1);
    world.run(seconds(1));
    expect(client.answered()).toBeGreaterThan(answered);
  });

  test('answers on whichever of its interfaces it is asked, whichever holds the address', () => {
    const world = createWorld({ seed: 1 });
    const n1 = world.addNode({
      name: 'n1',
      interfaces: [
        { name: 'eth0', address: ip('10.0.0.1'), prefix: 24 },
        { name: 'eth1', address: ip('10.1.0.1'), prefix: 24 },
      ],
    });
    const address = ip('10.0.0.9');
    const client = world.addClient({ name: 'c', lan: 'eth0', address, vip: ip('10.1.0.1'), every: milliseconds(100) });
    world.run(seconds(1));
    expect(client.servedBy()).toBe(n1.host.links.find('eth0')?.mac);
    expect(world.ownerOf(client.servedBy()!)).toBe('n1');
  });

  test('does not answer somebody who announces what it holds: that is no question', () => {
    const { world, n1, n2 } = pair();
    n1.host.addresses.add({ interface: 'eth0', address: VIP, prefix: 24 });
    const heard: string[] = [];
    n2.host.neighbours.watchArp('eth0', (arp) => heard.push(arp.operation));
    take(n2);
    world.run(seconds(1));
    expect(heard).toEqual([]);
  });

  test('without carrier takes a packet and loses it; with the link down refuses it', () => {
    const { world, n1, n2 } = pair();
    const heard = listen(n2.host);
    const changes: boolean[] = [];
    n1.host.links.watch(({ link }) => changes.push(link.up));
    advertise(n1, milliseconds(100));
    n1.operator.setCarrier('eth0', false);
    world.run(milliseconds(450));
    expect(heard.length).toBe(1);
    expect(n1.host.neighbours.sendFrame('eth0', new Uint8Array(60)).ok).toBe(true);
    n1.operator.setLink('eth0', false);
    const refused = n1.host.neighbours.sendFrame('eth0', new Uint8Array(60));
    expect(refused).toEqual({ ok: false, error: { code: 'ENETDOWN', what: 'send on eth0' } });
    n1.operator.setLink('eth0', true);
    n1.operator.setCarrier('eth0', true);
    world.run(milliseconds(450));
    expect(changes).toEqual([false, true]);
    expect(heard.length).toBeGreaterThan(3);
  });

  test('a link that went down has lost its IPv6 addresses, and gets its link-local one back when up', () => {
    const { n1 } = pair();
    n1.host.addresses.add({ interface: 'eth0', address: ip('fd00::1'), prefix: 128 });
    n1.operator.setLink('eth0', false);
    expect(n1.addresses().map((entry) => entry.address)).toEqual(['10.0.0.1']);
    n1.operator.setLink('eth0', true);
    expect(n1.addresses().map((entry) => entry.address)).toEqual(['10.0.0.1', 'fe80::ff:fe00:1']);
  });

  test('an interface may go and come: its addresses go first, and it comes back as another one', () => {
    const { world, n1 } = pair();
    const seen: string[] = [];
    const { host } = n1;
    const { index } = host.links.find('eth0')!;
    host.links.watch(({ kind, link }) => seen.push(`${kind} ${link.name} ${link.up}`));
    host.addresses.watch(({ kind, address }) => seen.push(`${kind} ${address.address}`));
    n1.operator.removeInterface('eth0');
    world.run(milliseconds(1));
    expect(host.links.find('eth0')).toBeUndefined();
    expect(host.addresses.list()).toEqual([]);
    n1.operator.addInterface({ name: 'eth0', address: ip('10.0.0.1'), prefix: 24 });
    world.run(milliseconds(1));
    expect(seen).toEqual([
      'removed 10.0.0.1',
      'removed fe80::ff:fe00:1',
      'removed eth0 false',
      'changed eth0 true',
      'added fe80::ff:fe00:1',
      'added 10.0.0.1',
    ]);
    expect(host.links.find('eth0')?.index).not.toBe(index);
  });
});

describe('the kernel’s address table', () => {
  test('promotes the next address of a network when the first one goes, and tells it', () => {
    const { world, n1 } = pair();
    take(n1);
    const entry = () => n1.host.addresses.list().find((other) => other.address === VIP);
    expect(entry()?.secondary).toBe(true);
    const seen: string[] = [];
    n1.host.addresses.watch(({ kind, address }) =>
      seen.push(`${kind} ${address.address} ${address.secondary ?? false}`),
    );
    n1.operator.removeAddress({ interface: 'eth0', address: ip('10.0.0.1'), prefix: 24 });
    world.run(milliseconds(1));
    expect(entry()?.secondary).toBeUndefined();
    expect(seen).toEqual(['removed 10.0.0.1 false', `added ${VIP} false`]);
    release(n1);
    expect(n1.holds(VIP)).toBe(false);
  });

  test('an address is secondary only to one of the same interface', () => {
    const world = createWorld({ seed: 1 });
    const cards = ['eth0', 'eth1'].map((name, i) => ({ name, address: ip(`10.0.0.${i + 1}`), prefix: 24 }));
    const node = world.addNode({ name: 'n1', interfaces: cards });
    expect(node.addresses().map((entry) => entry.secondary ?? false)).toEqual([false, false, false, false]);
  });

  test.each([
    [{ interface: 'eth0', address: ip('10.0.0.7'), prefix: 33 }, 'EINVAL'],
    [{ interface: 'eth0', address: ip('fd00::1'), prefix: 129 }, 'EINVAL'],
    [{ interface: 'eth0', address: ip('10.0.0.7'), prefix: 32, label: 'eth0:sixteen-char' }, 'ERANGE'],
    [{ interface: 'eth9', address: ip('10.0.0.7'), prefix: 32 }, 'ENODEV'],
  ])('refuses as the kernel does: %j', (address, code) => {
    const { n1 } = pair();
    const result = n1.host.addresses.add(address);
    expect(result.ok ? 'ok' : result.error.code).toBe(code);
  });

  test('knows an IPv6 address once per interface, whatever its prefix', () => {
    const { n1 } = pair();
    const entry = { interface: 'eth0', address: ip('fd00::1'), prefix: 128 };
    n1.host.addresses.add(entry);
    expect(n1.host.addresses.add({ ...entry, prefix: 64 })).toMatchObject({ ok: false, error: { code: 'EEXIST' } });
  });
});
