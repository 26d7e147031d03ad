import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Harness, startHarness } from './linux-support.ts';
import { createPair, ip, type Netns } from './support.ts';

const VIP = { interface: 'eth0', address: '10.9.0.100', prefix: 24 };

describe('addresses, links and neighbours as iproute2 and tcpdump see them', () => {
  let world: Netns;
  let script: string;
  let a: Harness;

  beforeAll(async () => {
    world = createPair();
    script = await world.bundle('linux-harness.ts');
    a = await startHarness(world, 'a', script);
  });
  afterAll(() => world.close());

  const addressesOf = (name: string): { local: string; [field: string]: unknown }[] =>
    JSON.parse(ip('-n', world.name('a'), '-j', 'address', 'show', 'dev', name)).flatMap(
      (link: { addr_info: never[] }) => link.addr_info,
    );

  test('an added address is what `ip address` would have made, without broadcast', async () => {
    expect(await a.call('add', { ...VIP, label: 'eth0:vip' })).toEqual({ ok: true, value: 'added' });
    expect(addressesOf('eth0').find(({ local }) => local === VIP.address)).toEqual({
      family: 'inet',
      local: '10.9.0.100',
      prefixlen: 24,
      scope: 'global',
      secondary: true,
      label: 'eth0:vip',
      valid_life_time: 4294967295,
      preferred_life_time: 4294967295,
    });
    expect(await a.call('add', VIP)).toEqual({ ok: true, value: 'present' });
    expect(await a.call('remove', VIP)).toEqual({ ok: true, value: 'removed' });
    expect(addressesOf('eth0').filter(({ local }) => local === VIP.address)).toEqual([]);
    expect(await a.call('remove', VIP)).toEqual({ ok: true, value: 'absent' });
  });

  test('a link and an address that the kernel shows are shown', async () => {
    const [shown] = JSON.parse(ip('-n', world.name('a'), '-j', 'link', 'show', 'dev', 'eth0'));
    expect(await a.call('link', 'eth0')).toEqual({
      index: shown.ifindex,
      name: 'eth0',
      up: true,
      mtu: shown.mtu,
      mac: shown.address,
    });
    expect(await a.call('link', 'nosuch0')).toBeNull();
    expect(await a.call('link', 'a-name-that-is-far-too-long')).toBeNull();
  });

  test('a refusal says what, and why', async () => {
    expect(await a.call('add', { ...VIP, interface: 'nosuch0' })).toEqual({
      ok: false,
      error: { code: 'ENODEV', what: 'add 10.9.0.100/24 on nosuch0' },
    });
    const refused = await a.call('add', { ...VIP, prefix: 33 });
    expect(refused).toMatchObject({ ok: false, error: { code: 'EINVAL' } });
    expect(refused.error.what).toContain('add 10.9.0.100/33 on eth0');
  });

  test('a foreign removal and a link going down are heard at once', async () => {
    await a.call('add', VIP);
    a.mark();
    let before = await a.call('now');
    ip('-n', world.name('a'), 'address', 'delete', '10.9.0.100/24', 'dev', 'eth0');
    const removal = await a.event('address', ({ change }) => change.kind === 'removed');
    expect(removal.change.address.address).toBe('10.9.0.100');
    expect(removal.at - before).toBeLessThan(1000);

    before = await a.call('now');
    // Set down here: what the other end's carrier does, the kernel itself may keep for a second (linkwatch).
    ip('-n', world.name('a'), 'link', 'set', 'eth0', 'down');
    const down = await a.event('link', ({ change }) => change.link.name === 'eth0' && !change.link.up);
    expect(down.at - before).toBeLessThan(1000);
    ip('-n', world.name('a'), 'link', 'set', 'eth0', 'up');
    await a.event('link', ({ change, at }) => change.link.up && at > down.at);
  });

  test('a flood of changes that the kernel cannot hold for us ends in the truth', async () => {
    a.mark();
    a.lines.write(JSON.stringify({ id: 1e6, call: 'block', args: [3000] }));
    await new Promise((done) => setTimeout(done, 100));
    // More broadcasts than the socket's buffer holds, while nobody reads; those of the addresses come last.
    const links = Array.from({ length: 5000 }, (_, i) => `link set eth0 alias ${i}`);
    const addresses = ['add', 'delete'].flatMap((verb) =>
      Array.from({ length: 200 }, (_, i) => `address ${verb} 10.20.0.${i}/32 dev eth0`),
    );
    ipBatch(world.name('a'), [...links, ...addresses, 'address add 10.21.0.1/32 dev eth0']);
    expect(a.lines.seen.filter((line) => line.includes('"id":1000000,'))).toEqual([]);
    await a.event('address', ({ change }) => change.address.address === '10.21.0.1', 8000);
    const told = new Set<string>();
    for (const line of a.lines.seen) {
      const { event, change } = JSON.parse(line);
      if (event !== 'address' || !change.address.address.startsWith('10.2')) continue;
      if (change.kind === 'added') told.add(change.address.address);
      else told.delete(change.address.address);
    }
    expect([...told]).toEqual(['10.21.0.1']);
    // Proof that messages were lost, and this was more than a long queue.
    expect(a.lines.seen.filter((line) => line.includes('"10.20.')).length).toBeLessThan(400);
  });

  test('a gratuitous ARP is one to tcpdump and to an ARP watch', async () => {
    const b = await startHarness(world, 'b', script);
    const capture = world.start('b', 'tcpdump', '-l', '-n', '-e', '-i', 'eth0', 'arp');
    await capture.find((line) => line.includes('listening on'));
    expect(await b.call('arp', 'eth0')).toEqual({ ok: true });
    const { mac } = await a.call('link', 'eth0');
    expect(await a.call('garp', 'eth0', mac, '10.9.0.100')).toMatchObject({ ok: true });
    expect(await capture.find((line) => line.includes('10.9.0.100'))).toMatch(
      new RegExp(`${mac} > ff:ff:ff:ff:ff:ff, ethertype ARP .*Request who-has 10.9.0.100 .*tell 10.9.0.100`),
    );
    expect(await b.event('arp', ({ senderIp }) => senderIp === '10.9.0.100')).toMatchObject({
      interface: 'eth0',
      operation: 'request',
      senderMac: mac,
      targetIp: '10.9.0.100',
    });
    expect(await a.call('garp', 'nosuch0', mac, '10.9.0.100')).toMatchObject({ ok: false, error: { code: 'ENODEV' } });
  });

  test('what was opened is closed: no descriptor is left over', async () => {
    const count = (): number => readdirSync(`/proc/${a.lines.pid}/fd`).length;
    await a.call('close', (await a.call('open', 'eth0', '224.0.0.18')).value);
    const before = count();
    for (let i = 0; i < 5; i++) await a.call('close', (await a.call('open', 'eth0', '224.0.0.18')).value);
    await a.call('open', 'nosuch0', '224.0.0.18');
    await a.call('open', 'eth0', '10.0.0.1'); // no multicast group: refused after the socket was made
    expect(count()).toBe(before);
  });
});

function ipBatch(namespace: string, commands: readonly string[]): void {
  execFileSync('ip', ['-n', namespace, '-batch', '-'], { input: commands.join('\n') });
}
