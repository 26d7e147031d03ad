/** Routes and rules in the kernel: as keepalived has them, whose they are after a kill, and where they go in a failover. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { batch } from '../../src/lab/namespaces.ts';
import { startProcess } from '../../src/lab/process.ts';
import { pairOf } from '../interop/harness.ts';
import { poll } from '../poll.ts';
import { CONF, machine, SOON, VIP } from './run-support.ts';
import { ip } from './support.ts';

/** Master 0.3 s after its start. */
const FAST = CONF.replace('advert_int 1', 'version 3\n    advert_int 0.1');
const withLines = (lines: string, text = FAST): string => text.replace(/\}\n$/, `${lines}\n}\n`);

const marked = (namespace: string): string[] => [
  ...lines(ip('-n', namespace, '-N', '-4', 'route', 'show', 'table', 'all', 'proto', '18')),
  ...lines(ip('-n', namespace, '-N', '-6', 'route', 'show', 'table', 'all', 'proto', '18')),
  ...lines(ip('-n', namespace, '-N', '-4', 'rule', 'show')).filter((line) => line.includes('proto 18')),
  ...lines(ip('-n', namespace, '-N', '-6', 'rule', 'show')).filter((line) => line.includes('proto 18')),
];
const lines = (text: string): string[] => text.split('\n').flatMap((line) => line.trim() || []);

const WHOLE = `static_ipaddress {
    10.9.7.1/24 dev eth0
}
static_routes {
    203.0.113.0/24 via 10.9.7.9
    10.200.0.0/16 dev eth1
}
static_rules {
    from 203.0.113.0/24 table 300
}
${withLines(`    virtual_ipaddress_excluded {
        2001:db8::100/64 dev eth0
    }
    virtual_routes {
        198.51.100.0/24 via 10.9.0.2
        198.51.101.0/24 via 10.9.0.2 dev eth0 src ${VIP} metric 50 mtu 1400
        src ${VIP} to 198.51.102.0/24 gw 10.9.0.2 table 100
        198.51.103.7 dev eth1 scope link
        blackhole 198.51.104.0/24
        unreachable 198.51.105.0/24 metric 7
        prohibit 198.51.106.0/24 table 1000
        198.51.107.0/24 via 10.77.0.1 dev eth0 onlink
        default via 10.9.0.2 table 100
        198.51.108.0/24 nexthop via 10.9.0.2 dev eth0 weight 2 nexthop via 10.9.1.9 dev eth1
        198.51.109.0/24 via 10.9.0.2 or 10.9.0.7
        2001:db8:1::/48 via 2001:db8::1
        2001:db8:2::/48 via 2001:db8::1 dev eth0 src 2001:db8::100 metric 9
        blackhole 2001:db8:3::/48
        2001:db8:4::/48 nexthop via 2001:db8::1 dev eth0 nexthop via 2001:db8::2 dev eth0 weight 3
    }
    virtual_rules {
        from ${VIP} table 100
        from ${VIP}/32 to 198.51.100.0/24 lookup 100 priority 99
        to 198.51.102.0/24 table 100 preference 98
        fwmark 0x10/0xf0 iif eth1 table 200 priority 97
        from all oif eth1 table 200
        from 2001:db8::100/128 table 100
        prohibit from 192.0.2.11 priority 77
    }`)}`;
const INTERFACES = [
  'link add eth1 type veth peer name eth1p',
  'link set eth1p up',
  'address add 10.9.1.1/24 dev eth1',
  'address add 2001:db8::2a/64 dev eth0 nodad',
  'link set eth1 up',
];

describe.concurrent('routes and rules', () => {
  test('are in the kernel what keepalived makes of the same file, and gone at the stop', async ({ onTestFinished }) => {
    const [here, there] = [await machine(onTestFinished), await machine(onTestFinished)];
    for (const { namespace } of [here, there]) await batch(namespace, INTERFACES);
    const file = join(there.folder, 'keepalived.conf');
    writeFileSync(file, WHOLE);
    const pids = ['-p', 'k.pid', '-r', 'v.pid', '-c', 'c.pid'].map((one) =>
      one[0] === '-' ? one : join(there.folder, one),
    );
    const rival = startProcess(['keepalived', '-n', '-l', '-D', '-f', file, ...pids], { namespace: there.namespace });
    const engine = await here.master({ conf: WHOLE });
    await poll(() => marked(there.namespace).length, SOON).toBeGreaterThan(30);
    await poll(() => marked(here.namespace), SOON).toEqual(marked(there.namespace));
    await poll(
      async () => (await here.status()).instances[0]?.virtualRouting?.filter(({ present }) => !present),
      SOON,
    ).toEqual([]);
    expect((await here.status()).statics?.map(({ present }) => present)).toEqual([true, true, true, true]);
    expect(engine.output()).not.toMatch(/error/);
    await Promise.all([engine.stop(), rival.stop()]);
    expect(marked(there.namespace)).toEqual([]);
    expect(marked(here.namespace)).toEqual([]);
    expect(ip('-n', here.namespace, 'address', 'show', 'dev', 'eth0')).not.toContain('10.9.7.1');
  });

  test('that somebody takes away are put back; what is not ours is left alone; a kill leaves what the next one knows', async ({
    onTestFinished,
  }) => {
    const here = await machine(onTestFinished);
    const { namespace } = here;
    const foreign = '198.51.102.0/24 via 10.9.0.3 dev eth0';
    await batch(namespace, [`route add ${foreign}`, 'rule add from 192.0.2.5 lookup 100 priority 98']);
    const routes = (third: string): string =>
      withLines(
        `    virtual_routes {\n 198.51.100.0/24 via 10.9.0.2\n 198.51.102.0/24 via 10.9.0.2\n ${third}/24 via 10.9.0.2\n }\n` +
          `    virtual_rules {\n from ${VIP} table 100 priority 99\n }`,
      );
    const ours = (third: string): string[] => [
      '198.51.100.0/24 via 10.9.0.2 dev eth0',
      `${third}/24 via 10.9.0.2 dev eth0`,
      `99:\tfrom ${VIP} lookup 100 proto 18`,
    ];
    const engine = await here.master({ conf: routes('198.51.103.0') });
    await poll(() => marked(namespace), SOON).toEqual(ours('198.51.103.0'));
    expect((await here.status()).instances[0]?.virtualRouting?.map(({ present }) => present)).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect(engine.output()).toMatch(/198\.51\.102\.0\/24.*EEXIST, somebody else has one in its place/);

    await batch(namespace, ['route del 198.51.100.0/24', 'rule del priority 99']);
    await poll(() => marked(namespace), SOON).toEqual(ours('198.51.103.0'));
    await engine.waitFor(/198\.51\.100\.0\/24 via 10\.9\.0\.2 was removed by somebody else; put back/);
    // Replaced by somebody's own: ours is gone, and theirs is left alone.
    await batch(namespace, ['route replace 198.51.103.0/24 via 10.9.0.5']);
    await engine.waitFor(/198\.51\.103\.0\/24 via 10\.9\.0\.2 was removed by somebody else/);
    await batch(namespace, ['route del 198.51.103.0/24']);

    writeFileSync(join(here.folder, 'keepalived.conf'), routes('198.51.104.0'));
    const reloaded = await here.hatop('reload', '--yes');
    expect(reloaded.code, reloaded.stderr).toBe(0);
    await poll(() => marked(namespace), SOON).toEqual(ours('198.51.104.0'));

    engine.crash();
    await engine.ended;
    expect(marked(namespace)).toEqual(ours('198.51.104.0'));
    const again = await here.master({ conf: FAST });
    expect(marked(namespace)).toEqual([]);
    expect(again.output()).toContain(`removed rule 99: from ${VIP} lookup 100: left over from an earlier run`);
    await again.stop();
    expect(ip('-n', namespace, 'route', 'show', '198.51.102.0/24')).toContain(foreign);
    expect(ip('-n', namespace, 'rule', 'show')).toContain('98:\tfrom 192.0.2.5 lookup 100');
  });
});

test('a virtual route goes with the mastership to keepalived and comes back', async () => {
  const pair = await pairOf({ a: 'hatop', b: 'keepalived' });
  const fast = (text: string): string =>
    text
      .replace(/advert_int \d+/, 'version 3\n    advert_int 0.1')
      .replace(/ *authentication \{[^}]*\}\n/, '')
      .replace(
        /\n\}\s*$/,
        `\n    virtual_routes {\n        198.51.100.0/24 dev ${pair.lab.interface} src ${pair.lab.vip}\n    }\n}\n`,
      );
  for (const one of [pair.a, pair.b]) one.rewrite(fast);
  const route = `198.51.100.0/24 dev ${pair.lab.interface} src ${pair.lab.vip}`;
  const both = (): string[][] => [pair.a, pair.b].map(({ namespace }) => marked(namespace));
  await pair.a.start();
  await pair.b.start();
  await poll(both, SOON).toEqual([[route], []]);
  await pair.a.stop();
  await poll(both, SOON).toEqual([[], [route]]);
  await pair.a.start();
  await poll(both, SOON).toEqual([[route], []]);
});
