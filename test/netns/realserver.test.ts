/** The real server's side on real interfaces: another host asks by ARP, packets come as a director sends them. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/control/snapshot.ts';
import { startProcess } from '../../src/lab/process.ts';
import { HATOP } from '../interop/director.ts';
import { askThrough, backEnds, SECOND, SIX, serve, VIP } from './realserver-support.ts';
import { ip } from './support.ts';

describe.concurrent('two back ends behind one address', () => {
  test('take its packets, and do not answer ARP for it; by hand alone they do', async ({ onTestFinished }) => {
    const net = backEnds(onTestFinished);
    ip('-n', net.world.name('one'), 'address', 'add', `${VIP}/32`, 'dev', 'lo');
    expect(await net.whoAnswers(VIP)).toBe(net.mac('one'));
    ip('-n', net.world.name('one'), 'address', 'del', `${VIP}/32`, 'dev', 'lo');

    for (const on of ['one', 'two'] as const) {
      expect(await net.realserver(on, 'start', VIP, SIX)).toMatchObject({ code: 0 });
      const server = await serve(net.world, on);
      onTestFinished(async () => void (await server.stop()));
    }
    expect(await net.whoAnswers(VIP)).toBeUndefined();
    expect(await net.whoAnswers(SIX)).toBeUndefined();
    // Their own addresses are answered for as before.
    expect(await net.whoAnswers('10.8.0.11')).toBe(net.mac('one'));
    for (const on of ['one', 'two'] as const) {
      expect(await askThrough(net, on, VIP)).toBe(on);
      expect(await askThrough(net, on, SIX)).toBe(on);
    }
    const shown = ip('-n', net.world.name('one'), 'address', 'show', 'dev', 'lo');
    expect(shown).toContain(`inet ${VIP}/32 scope global lo:0`);
    expect(shown).toMatch(new RegExp(`inet6 ${SIX}/128 scope global nodad deprecated \\n.*preferred_lft 0sec`));
    expect(ip('-n', net.world.name('one'), 'route', 'show')).toContain(`${VIP} dev lo proto static scope link`);

    // Who takes the settings back by hand hears of it.
    net.setting('two', 'all', 'arp_ignore', '0');
    expect(await net.whoAnswers(VIP)).toBe(net.mac('two'));
    expect(await net.realserver('two', 'status', VIP)).toMatchObject({
      code: 4,
      stdout: `partial: ${VIP} on lo\n  arp_ignore of all is 0, not 1 (hatop realserver start ${VIP})\n`,
    });
    expect(await net.realserver('two', 'start', VIP)).toMatchObject({ code: 0 });
    expect(await net.whoAnswers(VIP)).toBeUndefined();
  });

  test('start and stop twice, values that were not zero, one address after the other', async ({ onTestFinished }) => {
    const net = backEnds(onTestFinished);
    net.setting('one', 'all', 'arp_announce', '1');
    net.setting('one', 'lo', 'arp_ignore', '3');
    const before = net.kernel('one');
    const steps = [
      ['status', 3, 'stopped\n'],
      ['start', 0, `running: ${VIP}, ${SECOND} on lo\n`, VIP, SECOND],
      ['start', 0, `running already: ${VIP}, ${SECOND} on lo\n`, VIP, SECOND],
      ['status', 0, `running: ${VIP}, ${SECOND} on lo\n`],
      ['stop', 0, 'stopped: all is as it was before\n', VIP],
      ['status', 3, `stopped: ${VIP} on lo\n`, VIP],
      ['status', 0, `running: ${SECOND} on lo\n`],
    ] as const;
    for (const [verb, code, stdout, ...words] of steps) {
      expect(await net.realserver('one', verb, ...words), verb).toMatchObject({ code, stdout });
    }
    expect([net.setting('one', 'all', 'arp_announce'), net.setting('one', 'lo', 'arp_ignore')]).toEqual(['2', '1']);
    expect(await net.realserver('one', 'stop')).toMatchObject({ code: 0 });
    expect(net.kernel('one')).toBe(before);
    expect(await net.realserver('one', 'stop')).toMatchObject({
      code: 0,
      stdout: 'stopped already: nothing of ours is here\n',
    });
    expect(net.kernel('one')).toBe(before);
  });

  test('what was there by hand stays', async ({ onTestFinished }) => {
    const net = backEnds(onTestFinished);
    ip('-n', net.world.name('one'), 'address', 'add', `${VIP}/32`, 'dev', 'lo', 'label', 'lo:0');
    const before = net.kernel('one');
    expect(await net.realserver('one', 'status', VIP)).toMatchObject({ code: 4 });
    expect(await net.realserver('one', 'start', VIP, SECOND)).toMatchObject({ code: 0 });
    expect(ip('-n', net.world.name('one'), 'address', 'show', 'dev', 'lo')).toMatch(
      new RegExp(`${VIP}/32 scope global lo:0\n.*\n.*${SECOND}/32 scope global lo:1`),
    );
    const stopped = await net.realserver('one', 'stop', VIP, SECOND);
    expect(stopped.stderr).toContain(`note: ${VIP} stays on lo: it was there before hatop`);
    expect(net.kernel('one')).toBe(before);
  });

  test('an interface with a dot in its name', async ({ onTestFinished }) => {
    const net = backEnds(onTestFinished);
    const one = net.world.name('one');
    // A dummy in all but its kind, which not every kernel has.
    ip('-n', one, 'link', 'add', 'vip.0', 'type', 'veth', 'peer', 'name', 'eth0.7');
    ip('-n', one, 'link', 'set', 'vip.0', 'arp', 'off');
    ip('-n', one, 'link', 'set', 'eth0.7', 'up');
    expect(await net.realserver('one', 'start', VIP, '--interface', 'vip.0')).toMatchObject({
      code: 2,
      stderr: 'hatop: vip.0 is down: ip link set vip.0 up\n',
    });
    ip('-n', one, 'link', 'set', 'vip.0', 'up');
    net.setting('one', 'vip.0', 'arp_announce', '1');
    expect(await net.realserver('one', 'start', VIP, '--interface', 'vip.0')).toMatchObject({ code: 0 });
    expect(net.setting('one', 'vip.0', 'arp_announce')).toBe('2');
    expect(await net.realserver('one', 'status', '--interface', 'vip.0')).toMatchObject({ code: 0 });
    expect(await net.whoAnswers(VIP)).toBeUndefined();
    expect(await net.realserver('one', 'stop')).toMatchObject({ code: 0 });
    expect(net.setting('one', 'vip.0', 'arp_announce')).toBe('1');

    // An interface of its own can outdo what "all" says.
    expect(await net.realserver('one', 'start', VIP)).toMatchObject({ code: 0 });
    net.setting('one', 'eth0.7', 'arp_ignore', '4');
    const status = await net.realserver('one', 'status');
    expect(status).toMatchObject({ code: 4 });
    expect(status.stdout).toContain('arp_ignore of eth0.7 is 4, which outdoes that of all (1)');
    expect(status.stdout).toContain('/proc/sys/net/ipv4/conf/eth0.7/arp_ignore');
    expect(await net.realserver('one', 'start', VIP, '--interface', 'eth0.7')).toMatchObject({ code: 2 });
  });
});

test('check says what another host would get, and what is in the way', async ({ onTestFinished }) => {
  const net = backEnds(onTestFinished);
  const one = net.world.name('one');
  ip('-n', one, 'link', 'add', 'eth1', 'type', 'veth', 'peer', 'name', 'eth1', 'netns', net.world.name('peer'));
  ip('-n', one, 'address', 'add', '10.18.0.11/24', 'dev', 'eth1');
  for (const name of ['one', 'peer']) ip('-n', net.world.name(name), 'link', 'set', 'eth1', 'up');
  ip('-n', one, 'route', 'add', 'default', 'via', '10.8.0.1');
  const check = async (...words: string[]) => {
    const { code, stdout } = await net.realserver('one', 'check', VIP, ...words);
    return {
      code,
      lines: stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.replace(/ \([^()]*\)$/, '')),
    };
  };
  const rest = ['--director', '10.8.0.2'];
  const narrow = await serve(net.world, 'one', '10.8.0.11');
  expect(await check(...rest)).toEqual({
    code: 3,
    lines: [
      ...['eth0', 'eth1'].flatMap((name) => [
        `FAIL  answers ARP for ${VIP} on ${name} once it is here: arp_ignore is 0`,
        `FAIL  may call ${VIP} its own when it asks by ARP on ${name}: arp_announce is 0`,
      ]),
      `FAIL  does not take packets for ${VIP}: it is on no interface`,
      `FAIL  nothing listens on a TCP port of ${VIP}`,
      `WARN  port 80 listens on 10.8.0.11, not on ${VIP}`,
      'PASS  the default gateway 10.8.0.1 is no director',
    ],
  });
  expect(await net.realserver('one', 'start', VIP)).toMatchObject({ code: 0 });
  await narrow.stop();
  const wide = await serve(net.world, 'one');
  onTestFinished(async () => void (await wide.stop()));
  const good = [`PASS  does not answer ARP for ${VIP} on eth0, eth1`, `PASS  takes packets for ${VIP} on eth0, eth1`];
  expect(await check(...rest, '--port', '80', '--port', '53/udp')).toEqual({
    code: 4,
    lines: [
      ...good,
      `PASS  something listens on tcp port 80 of ${VIP}`,
      'FAIL  nothing listens on udp port 53',
      'PASS  the default gateway 10.8.0.1 is no director',
    ],
  });
  net.setting('one', 'all', 'rp_filter', '1');
  expect(await check('--director', '10.8.0.1')).toEqual({
    code: 4,
    lines: [
      good[0],
      `PASS  takes packets for ${VIP} on eth0`,
      `WARN  drops packets for ${VIP} from clients beyond the network of eth1: rp_filter is 1, and the way back is by another interface or missing; harmless unless the director sends by it`,
      `PASS  TCP ports that listen for ${VIP}: 80`,
      'FAIL  the default gateway 10.8.0.1 is a director',
    ],
  });
  net.setting('one', 'all', 'rp_filter', '0');
  expect((await check()).code).toBe(0);
});

test('the director sees from outside which back end answers for the address', async ({ onTestFinished }) => {
  const net = backEnds(onTestFinished);
  await net.realserver('one', 'start', VIP);
  const lo = ['-n', net.world.name('two'), 'address', 'add', `${VIP}/32`, 'dev', 'lo'];
  ip(...lo);
  const conf = join(net.stateDir, 'director.conf');
  const server = (last: number): string => `  real_server 10.8.0.${last} 80 {\n    weight 1\n  }\n`;
  writeFileSync(
    conf,
    `vrrp_instance VI_1 {
  state MASTER
  interface eth0
  virtual_router_id 51
  priority 100
  advert_int 1
  virtual_ipaddress {
    ${VIP}/24
  }
}
virtual_server ${VIP} 80 {
  lb_algo rr
  lb_kind DR
  protocol TCP
${server(11)}${server(12)}${server(13)}}
`,
  );
  const socket = ['--socket', join(net.stateDir, 'control.sock')];
  const state = ['--state-dir', join(net.stateDir, 'engine')];
  const engine = startProcess([...HATOP, 'run', '-f', conf, ...socket, ...state], {
    namespace: net.world.name('peer'),
  });
  onTestFinished(async () => void (await engine.stop()));
  await engine.waitFor(/10\.8\.0\.12 answers ARP for 10\.8\.0\.100: clients may go past the director/, 30_000);
  const status = await net.exec('peer', ...HATOP, 'status', '--json', ...socket);
  const [service] = (JSON.parse(status.stdout) as Snapshot).services;
  expect(service?.realServers.map(({ address, answersArp }) => [address, answersArp])).toEqual([
    ['10.8.0.11', false],
    ['10.8.0.12', true],
    ['10.8.0.13', null],
  ]);
  const why = await net.exec('peer', ...HATOP, 'why', '10.8.0.12', ...socket);
  expect(why.stdout).toContain(`; but 10.8.0.12 answers ARP for ${VIP}: `);
  expect(engine.output()).not.toContain('10.8.0.11 answers ARP');
});

describe.concurrent('where it may not', () => {
  test('no CAP_NET_ADMIN: not permitted, and nothing has changed', async ({ onTestFinished }) => {
    const net = backEnds(onTestFinished);
    const before = net.kernel('one');
    const bound = ['setpriv', '--bounding-set=-net_admin', '--inh-caps=-all'];
    const state = ['--state-dir', join(net.stateDir, 'one')];
    const ended = await net.exec(
      'one',
      ...bound,
      process.execPath,
      'bin/hatop.js',
      'realserver',
      'start',
      VIP,
      ...state,
    );
    expect(ended).toMatchObject({ code: 4, stdout: '' });
    expect(ended.stderr).toContain('EPERM (run it as root, with CAP_NET_ADMIN); nothing was changed');
    expect(net.kernel('one')).toBe(before);
    expect(await net.realserver('one', 'status', VIP)).toMatchObject({ code: 3 });
  });

  test('/proc/sys read-only: said with what to do, and nothing has changed', async ({ onTestFinished }) => {
    const net = backEnds(onTestFinished);
    const before = net.kernel('one');
    const line = `mount -o bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys && exec "$0" bin/hatop.js realserver start ${VIP} --state-dir "$1"`;
    const ended = await net.exec('one', 'unshare', '-m', 'sh', '-c', line, process.execPath, join(net.stateDir, 'one'));
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(
      /arp_ignore to 1: EROFS .*a container\? set net\.ipv4\.conf\.all\.arp_ignore=1 .*; nothing was changed/,
    );
    expect(net.kernel('one')).toBe(before);
  });

  test('an ordinary user sees the state, and is told what he may not know', async ({ onTestFinished }) => {
    const net = backEnds(onTestFinished);
    await net.realserver('one', 'start', VIP);
    chmodSync(net.stateDir, 0o755);
    const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
    const state = ['--state-dir', join(net.stateDir, 'one')];
    const hatop = [...nobody, process.execPath, 'bin/hatop.js', 'realserver'];
    expect(await net.exec('one', ...hatop, 'status', VIP, ...state)).toMatchObject({ code: 0 });
    expect(await net.exec('one', ...hatop, 'status', ...state)).toMatchObject({ code: 1 });
    expect(await net.exec('one', ...hatop, 'stop', ...state)).toMatchObject({ code: 4 });
    expect(await net.realserver('one', 'status')).toMatchObject({ code: 0 });
  });
});

describe.concurrent('after', () => {
  test('a kill between any two steps, stop puts everything back', async ({ onTestFinished }) => {
    const net = backEnds(onTestFinished);
    const program = await net.world.bundle('realserver-crash.ts');
    net.setting('one', 'all', 'arp_announce', '1');
    const before = net.kernel('one');
    const run = (verb: string, steps: number) =>
      net.exec(
        'one',
        process.execPath,
        program,
        verb,
        join(net.stateDir, 'one', 'realserver'),
        String(steps),
        VIP,
        SIX,
      );
    const kills: string[] = [];
    for (const verb of ['start', 'stop']) {
      for (let steps = 0; ; steps++) {
        if (verb === 'stop') await net.realserver('one', 'start', VIP, SIX);
        const { code } = await run(verb, steps);
        if (code === 0) break;
        expect(code).toBe('SIGKILL');
        kills.push(`${verb} ${steps}`);
        expect(await net.realserver('one', 'stop'), `${verb} ${steps}`).toMatchObject({ code: 0 });
        expect(net.kernel('one'), `${verb} killed after ${steps} steps`).toBe(before);
      }
      await net.realserver('one', 'stop');
    }
    expect(kills.length).toBeGreaterThan(14);
  });

  test('a reboot nothing is undone, and what is found then is what was there before', async ({ onTestFinished }) => {
    const net = backEnds(onTestFinished);
    // Another namespace is a life of its own, as another boot is.
    const shared = ['--state-dir', join(net.stateDir, 'disk')];
    const hatop = (on: string, ...words: string[]) =>
      net.exec(on, process.execPath, 'bin/hatop.js', 'realserver', ...words, ...shared);
    expect(await hatop('one', 'start', VIP)).toMatchObject({ code: 0 });
    net.setting('two', 'all', 'arp_ignore', '1');
    const before = net.kernel('two');
    expect(await hatop('two', 'status')).toMatchObject({ code: 3 });
    expect(await hatop('two', 'stop')).toMatchObject({ code: 0, stdout: 'stopped already: nothing of ours is here\n' });
    expect(net.kernel('two')).toBe(before);
    expect(await hatop('two', 'start', VIP)).toMatchObject({ code: 0 });
    expect(await hatop('two', 'stop')).toMatchObject({ code: 0 });
    expect(net.kernel('two')).toBe(before);
  });

  test('its record was damaged, nothing is guessed', async ({ onTestFinished }) => {
    const net = backEnds(onTestFinished);
    await net.realserver('one', 'start', VIP);
    const started = net.kernel('one');
    writeFileSync(join(net.stateDir, 'one', 'realserver', 'record.json'), '{');
    for (const verb of ['stop', 'status']) {
      const ended = await net.realserver('one', verb, VIP);
      expect(ended, verb).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toContain('record.json cannot be used: it is not JSON; move it away');
    }
    expect(net.kernel('one')).toBe(started);
  });
});

test('--on runs the same line on another machine by ssh, and hands on its exit code', async ({ onTestFinished }) => {
  const net = backEnds(onTestFinished);
  // An ssh that leads into the other namespace, by the shell that a real one would start there.
  const bin = join(net.stateDir, 'bin');
  mkdirSync(bin);
  const files = {
    ssh: `#!/bin/sh\necho "ssh $*" >&2\n[ "$2" = "root@two" ] || exit 255\nexec ip netns exec ${net.world.name('two')} sh -c "$3"\n`,
    hatop: `#!/bin/sh\nexec ${process.execPath} ${process.cwd()}/bin/hatop.js "$@"\n`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(bin, name), text, { mode: 0o755 });
  const hatop = (...words: string[]) =>
    net.exec('one', 'env', `PATH=${bin}:${process.env.PATH}`, process.execPath, 'bin/hatop.js', 'realserver', ...words);
  const state = ['--state-dir', join(net.stateDir, "two's own")];
  const one = net.kernel('one');
  const started = await hatop('start', VIP, '--on', 'root@two', ...state);
  expect(started).toMatchObject({ code: 0, stdout: `running: ${VIP} on lo\n` });
  expect(started.stderr).toContain(`ssh -- root@two hatop realserver start ${VIP} --state-dir`);
  expect(net.kernel('one')).toBe(one);
  expect(await hatop('status', '--on', 'root@two', ...state)).toMatchObject({ code: 0 });
  net.setting('two', 'all', 'arp_ignore', '0');
  expect(await hatop('status', '--on', 'root@two', ...state, '--json')).toMatchObject({ code: 4 });
  expect(await hatop('status', '--on', 'elsewhere', ...state)).toMatchObject({ code: 1 });
  expect(await hatop('status', '--on', '-oProxyCommand=x', ...state)).toMatchObject({ code: 2 });
});
