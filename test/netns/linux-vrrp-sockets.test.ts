import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Harness, startHarness } from './linux-support.ts';
import { createPair, ip, type Netns } from './support.ts';

// VRRPv2, VRID 51, priority 100, one address 10.9.0.100, interval 1, no authentication: RFC 3768 §5.1.
const ADVERT = [0x21, 0x33, 0x64, 0x01, 0x00, 0x01, 0, 0, 10, 9, 0, 100, 0, 0, 0, 0, 0, 0, 0, 0];
const GROUP = '224.0.0.18';

function withChecksum(bytes: readonly number[]): number[] {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return [...bytes.slice(0, 6), (~sum >> 8) & 0xff, ~sum & 0xff, ...bytes.slice(8)];
}
const advert = withChecksum(ADVERT);

describe('VRRP sockets', () => {
  let world: Netns;
  let a: Harness;
  let b: Harness;
  let script: string;

  beforeAll(async () => {
    world = createPair();
    script = await world.bundle('linux-harness.ts');
    [a, b] = await Promise.all([startHarness(world, 'a', script), startHarness(world, 'b', script)]);
  });
  afterAll(() => world.close());

  test('what we send is a VRRP advertisement to those who did not write it', async () => {
    const capture = world.start('b', 'tcpdump', '-l', '-n', '-v', '-i', 'eth0', 'ip proto 112');
    await capture.find((line) => line.includes('listening on'));
    const socket = await a.call('open', 'eth0', GROUP);
    expect(socket).toEqual({ ok: true, value: 0 });
    expect(await a.call('send', 0, advert, '10.9.0.1')).toMatchObject({ ok: true });
    const header = await capture.find((line) => line.includes('proto VRRP'));
    expect(header).toMatch(/tos 0xc0, ttl 255, id [1-9]\d*, offset 0, flags \[none\], proto VRRP \(112\), length 40/);
    const body = await capture.find((line) => line.includes('VRRPv2'));
    expect(body).toContain('10.9.0.1 > 224.0.0.18: VRRPv2, Advertisement, vrid 51, prio 100');
    expect(body).not.toContain('bad');
    await capture.end();
  });

  test('it arrives at the other end with its header, at the time when the kernel took it in', async () => {
    await b.call('open', 'eth0', GROUP);
    b.mark();
    const sentAt = await a.call('now');
    await a.call('send', 0, advert, '10.9.0.1');
    const got = await b.event('datagram');
    expect(got).toMatchObject({ interface: 'eth0', source: '10.9.0.1', destination: GROUP, ttl: 255, payload: advert });
    expect(got.at).toBeGreaterThanOrEqual(sentAt);
    expect(got.at).toBeLessThanOrEqual(await a.call('now'));
  });

  test('a thread that was busy reports when the packet came, not when it got round to it', async () => {
    b.mark();
    b.lines.write(JSON.stringify({ id: 1e6, call: 'block', args: [1000] }));
    await new Promise((done) => setTimeout(done, 100));
    await a.call('send', 0, advert, '10.9.0.1');
    const got = await b.event('datagram');
    expect(got.age).toBeGreaterThan(300);
    expect(got.age).toBeLessThan(1000);
    const { gap } = await b.event('pause', (event) => event.gap > 900);
    expect(gap).toBeLessThan(2000);
  });

  test('the source is the one that was asked for, and has to be ours', async () => {
    ip('-n', world.name('a'), 'address', 'add', '10.9.0.11/24', 'dev', 'eth0');
    b.mark();
    await a.call('send', 0, advert, '10.9.0.11');
    expect((await b.event('datagram')).source).toBe('10.9.0.11');
    const refused = await a.call('send', 0, advert, '10.9.0.77');
    expect(refused).toMatchObject({ ok: false, error: { what: 'send an advertisement from 10.9.0.77 on eth0' } });
    expect(refused.error.code).toMatch(/^(EINVAL|ENETUNREACH)$/);
  });

  test('own datagrams are not delivered', async () => {
    b.mark();
    a.mark();
    await a.call('send', 0, advert, '10.9.0.1');
    await b.event('datagram');
    await b.call('send', 0, advert, '10.9.0.2');
    expect((await a.event('datagram')).source).toBe('10.9.0.2');
    expect(a.lines.seen.filter((line) => line.includes('"source":"10.9.0.1"'))).toEqual([]);
  });

  test('a socket belongs to one interface: its neighbours do not hear each other', async () => {
    const name = world.name('a');
    ip('-n', name, 'link', 'add', 'eth1', 'type', 'veth', 'peer', 'name', 'eth1', 'netns', world.name('b'));
    ip('-n', name, 'address', 'add', '10.8.0.1/24', 'dev', 'eth1');
    ip('-n', name, 'link', 'set', 'eth1', 'up');
    ip('-n', world.name('b'), 'link', 'set', 'eth1', 'up');
    const second = await a.call('open', 'eth1', GROUP);
    const onB = await b.call('open', 'eth1', GROUP);
    b.mark();
    await a.call('send', second.value, advert, '10.8.0.1');
    expect((await b.event('datagram')).interface).toBe('eth1');
    await a.call('send', 0, advert, '10.9.0.1');
    expect((await b.event('datagram', (event) => event.source === '10.9.0.1')).interface).toBe('eth0');
    await b.call('close', onB.value);
    b.mark();
    await a.call('send', second.value, advert, '10.8.0.1');
    await a.call('send', 0, advert, '10.9.0.1');
    expect((await b.event('datagram')).interface).toBe('eth0');
  });

  test('keepalived hears us and we hear keepalived', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hatop-sockets-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const settings = 'interface eth0\n virtual_router_id 51\n priority 90\n virtual_ipaddress {\n 10.9.0.100/24\n }';
    writeFileSync(join(folder, 'keepalived.conf'), `vrrp_instance test {\n ${settings}\n}\n`);
    const files = ['p', 'r'].flatMap((option) => [`-${option}`, join(folder, `${option}.pid`)]);
    const keepalived = world.start(
      'b',
      ...['keepalived', '-n', '-l', '-D', '-P', '-f', join(folder, 'keepalived.conf'), ...files],
    );
    a.mark();
    const theirs = await a.event('datagram', ({ payload }) => payload[2] === 90, 8000);
    expect(theirs).toMatchObject({ source: '10.9.0.2', ttl: 255, destination: GROUP });
    expect(theirs.payload.slice(0, 6)).toEqual([0x21, 51, 90, 1, 0, 1]);
    await a.call('send', 0, advert, '10.9.0.1');
    const heard = await keepalived.find((line) => line.includes('higher priority'));
    expect(heard).toContain('Master received advert from 10.9.0.1 with higher priority 100, ours 90');
    process.kill(keepalived.pid, 'SIGTERM');
    await keepalived.exited();
  });

  test('what is refused says what, and why', async () => {
    expect(await a.call('open', 'nosuch0', GROUP)).toEqual({
      ok: false,
      error: { code: 'ENODEV', what: 'open a VRRP socket on nosuch0' },
    });
    const powerless = await startHarness(world, 'a', script, 'setpriv', '--bounding-set=-all', '--inh-caps=-all');
    expect(await powerless.call('open', 'eth0', GROUP)).toEqual({
      ok: false,
      error: { code: 'EPERM', what: 'open a VRRP socket on eth0' },
    });
    expect(await powerless.call('arp', 'eth0')).toMatchObject({ ok: false, error: { code: 'EPERM' } });
    const vip = { interface: 'eth0', address: '10.9.0.100', prefix: 32 };
    expect(await powerless.call('add', vip)).toMatchObject({ ok: false, error: { code: 'EPERM' } });
  });
});
