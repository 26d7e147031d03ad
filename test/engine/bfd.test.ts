import { expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { err } from '../../src/base/result.ts';
import { milliseconds, seconds } from '../../src/base/time.ts';
import type { BfdSessionSnapshot } from '../../src/control/snapshot.ts';
import { createSessions } from '../../src/engine/bfd/sessions.ts';
import { balancedServiceConf, guardedServiceConf } from '../../src/lab/configurations.ts';
import { addDirector, SIM_LAN, type SimDirector } from '../../src/lab/sim-cluster.ts';
import type { BfdSockets } from '../../src/ports/bfd-sockets.ts';
import { osError } from '../../src/ports/os-error.ts';
import { createWorld, type World } from '../../src/sim/world.ts';
import { configure } from '../bfd/pair.ts';
import { lab, settle } from './support.ts';

const other = { a: 'b', b: 'a' } as const;
const bfd = (name: 'a' | 'b', more = ''): string =>
  `bfd_instance peer {\n neighbor_ip ${lab.nodes[other[name]].address}\n ${more}\n}\n`;
const tracking = (line: string): string => `track_bfd {\n ${line}\n }`;

const conf = (name: 'a' | 'b', track = '', more = ''): string =>
  bfd(name, more) +
  guardedServiceConf(lab, name, { adverInterval: 1, priorities: { a: 150, b: 100 } }).replace(
    'virtual_ipaddress {',
    `${track}\n    virtual_ipaddress {`,
  );

const start = (world: World, name: 'a' | 'b', configuration: string): Promise<SimDirector> =>
  addDirector(world, { name, address: lab.nodes[name].address, configuration }, 'test');

const instance = ({ engine }: SimDirector) => engine.snapshot().instances[0]!;
const session = ({ engine }: SimDirector): BfdSessionSnapshot => engine.snapshot().bfd!.sessions[0]!;
const events = ({ engine }: SimDirector) => engine.linkFor('test').events(200);
const journal = async (director: SimDirector): Promise<string[]> =>
  (await events(director))
    .filter(({ text }) => text.startsWith('BFD'))
    .map(({ severity, subject, text }) => `${severity} ${subject}: ${text}`);

test('without a weight its loss is a fault, found within the detection time, and its return the way out', async () => {
  const world = createWorld({ seed: 5 });
  const a = await start(world, 'a', conf('a', tracking('peer')));
  world.run(seconds(4));
  expect(instance(a)).toMatchObject({
    state: 'fault',
    faults: ['BFD session peer is down: nothing heard yet'],
  });
  expect(session(a)).toMatchObject({ state: 'down', usable: null, remote: null });
  const b = await start(world, 'b', conf('b'));
  world.run(seconds(8));
  expect([a, b].map((each) => session(each).state)).toEqual(['up', 'up']);
  expect(session(a)).toMatchObject({ transmitMs: 10, detectionMs: 50, usable: true, packets: { dropped: {} } });
  expect(instance(a).state).toBe('master');
  const before = session(a).packets;
  world.run(seconds(1));
  const perSecond = session(a).packets.sent - before.sent;
  expect(perSecond).toBeGreaterThanOrEqual(100);
  expect(perSecond).toBeLessThanOrEqual(134);
  b.node.kill();
  world.run(milliseconds(100));
  expect(instance(a)).toMatchObject({ state: 'fault' });
  expect(instance(a).faults[0]).toMatch(/^BFD session peer is down: nothing heard for 5\d ms$/);
  expect(await a.engine.linkFor('test').why('peer')).toMatch(
    /^BFD session peer to \S+ is down: nothing heard for 5\d ms; comes up when the neighbor answers/,
  );
  expect(await journal(a)).toEqual([
    expect.stringMatching(/^info peer: BFD up: \S+ answers$/),
    expect.stringMatching(/^warning peer: BFD down: nothing heard for 5\d ms$/),
  ]);
});

test('with a weight it is a term of the priority that shows where it comes from', async () => {
  const world = createWorld({ seed: 5 });
  const a = await start(world, 'a', conf('a', tracking('peer weight 20')));
  const b = await start(world, 'b', conf('b', tracking('peer weight -30')));
  world.run(seconds(8));
  expect([a, b].map((each) => instance(each).priority)).toMatchObject([
    { effective: 170, terms: [{ source: 'bfd peer', value: 20 }] },
    { effective: 100, terms: [] },
  ]);
  world.lan(SIM_LAN).isolate('a');
  world.run(seconds(1));
  expect([a, b].map((each) => instance(each).priority)).toMatchObject([
    { effective: 150, terms: [] },
    { effective: 70, terms: [{ source: 'bfd peer', value: -30 }] },
  ]);
});

test('a neighbor that stops says so, and has not failed', async () => {
  const world = createWorld({ seed: 5 });
  const a = await start(world, 'a', conf('a', tracking('peer')));
  const b = await start(world, 'b', conf('b'));
  world.run(seconds(8));
  await settle(world, b.engine.stop());
  world.run(seconds(20));
  expect(session(a)).toMatchObject({ state: 'down', usable: true, reason: 'the neighbor is administratively down' });
  expect(instance(a)).toMatchObject({ state: 'master', faults: [] });
});

test('a packet from further away, or for another, is dropped and counted', async () => {
  const world = createWorld({ seed: 5 });
  const a = await start(world, 'a', conf('a'));
  const b = await start(world, 'b', conf('b', '', 'ttl 254'));
  world.run(seconds(8));
  expect(session(a)).toMatchObject({ state: 'down', usable: false });
  expect(session(a).packets.dropped.ttl).toBeGreaterThan(3);
  expect(await a.engine.linkFor('test').why('peer')).toMatch(/packets were dropped: \d+ for their ttl\.$/);
  expect(session(b).packets.dropped).toEqual({});
  a.rewrite(conf('a').replace(/neighbor_ip \S+/, 'neighbor_ip 10.77.0.99'));
  await settle(world, a.link().operate({ verb: 'reload', target: '' }));
  world.run(seconds(3));
  expect(a.engine.snapshot().bfd?.dropped.session).toBeGreaterThan(0);
});

test('BFD_CHECK: a real server is up while the session is, at once', async () => {
  const world = createWorld({ seed: 5 });
  const services = balancedServiceConf(lab).replace(/HTTP_GET \{[\s\S]*?\n {8}\}\n/g, 'BFD_CHECK {\n name peer\n }\n');
  const a = await start(world, 'a', conf('a') + services);
  const server = () => a.engine.snapshot().services[0]!.realServers[0]!;
  expect(server().checks.map(({ kind, what }) => `${kind}: ${what}`)).toEqual(['bfd: bfd peer']);
  world.run(seconds(3));
  expect(server().health).toBe('unknown');
  world.run(seconds(3));
  expect(server()).toMatchObject({ health: 'down', weight: { effective: 0 } });
  expect(server().reason).toMatch(/^BFD peer is down: no session with/);
  const b = await start(world, 'b', conf('b'));
  world.run(seconds(4));
  expect(server()).toMatchObject({ health: 'up' });
  b.node.crash();
  world.run(milliseconds(150));
  expect(server()).toMatchObject({ health: 'down' });
  expect(server().reason).toMatch(/^BFD peer is down: nothing heard for 5\d ms$/);
});

test('a reload: the same session goes on, another one counts as before until it is up; nothing flaps', async () => {
  const world = createWorld({ seed: 5 });
  const a = await start(world, 'a', conf('a', tracking('peer')));
  const b = await start(world, 'b', conf('b'));
  world.run(seconds(10));
  expect(instance(a).state).toBe('master');
  const { since } = session(a);
  const reload = async (text: string): Promise<string> => {
    a.rewrite(text);
    const { text: said } = await settle(world, a.link().operate({ verb: 'reload', target: '' }));
    world.run(seconds(8));
    return said;
  };
  await reload(conf('a', tracking('peer weight 10')));
  expect(session(a)).toMatchObject({ state: 'up', since });
  expect(instance(a)).toMatchObject({ state: 'master', priority: { effective: 160 } });
  expect(await reload(conf('a', tracking('peer'), 'multiplier 7'))).toContain('BFD session peer: multiplier 5 → 7');
  expect(session(a).state).toBe('up');
  expect(session(b)).toMatchObject({ state: 'up', detectionMs: 70 });
  expect(instance(a)).toMatchObject({ state: 'master', priority: { effective: 150, terms: [] }, faults: [] });
  await reload(conf('a').replace(bfd('a'), ''));
  expect(a.engine.snapshot().bfd).toBeUndefined();
  const transitions = (await events(a)).filter(({ kind }) => kind === 'transition');
  expect(transitions.at(-1)?.text).toContain('→ master');
});

test('a session with another neighbour counts as before until it has had its time', async () => {
  const world = createWorld({ seed: 5 });
  const a = await start(world, 'a', conf('a', tracking('peer')));
  await start(world, 'b', conf('b'));
  world.run(seconds(10));
  a.rewrite(conf('a', tracking('peer')).replace(/neighbor_ip \S+/, 'neighbor_ip 10.77.0.99'));
  await settle(world, a.link().operate({ verb: 'reload', target: '' }));
  world.run(seconds(2));
  expect(session(a)).toMatchObject({ state: 'down', usable: true });
  expect(instance(a).state).toBe('master');
  world.run(seconds(4));
  expect(session(a)).toMatchObject({ state: 'down', usable: false });
  expect(instance(a).state).toBe('fault');
});

test('an engine that adopts its mastership waits for its sessions instead of failing for them', async () => {
  const world = createWorld({ seed: 5 });
  const configuration = conf('a', tracking('peer'));
  const a = await start(world, 'a', configuration);
  await start(world, 'b', conf('b'));
  world.run(seconds(10));
  a.node.kill();
  world.run(milliseconds(500));
  const spec = { name: 'a', address: lab.nodes.a.address, configuration, node: a.node, files: a.files };
  const again = await addDirector(world, spec, 'test');
  for (let i = 0; i < 80; i++) {
    world.run(milliseconds(100));
    expect(instance(again).state).toBe('master');
  }
  expect(session(again).state).toBe('up');
});

test('an adopted master keeps the weight of its sessions, and loses it where they do not come back', async () => {
  const world = createWorld({ seed: 5 });
  const configuration = conf('a', tracking('peer weight 20'));
  const a = await start(world, 'a', configuration);
  const b = await start(world, 'b', conf('b').replace(/priority \d+/, 'priority 160'));
  world.run(seconds(10));
  const held = { state: 'master', priority: { effective: 170, terms: [{ source: 'bfd peer', value: 20 }] } };
  expect(instance(a)).toMatchObject(held);
  const again = async (): Promise<SimDirector> => {
    a.node.kill();
    world.run(milliseconds(500));
    const spec = { name: 'a', address: lab.nodes.a.address, configuration, node: a.node, files: a.files };
    return addDirector(world, spec, 'test');
  };
  const second = await again();
  for (let i = 0; i < 80; i++) {
    world.run(milliseconds(100));
    expect(instance(second)).toMatchObject(held);
  }
  expect(session(second).state).toBe('up');
  b.node.crash();
  world.run(seconds(1));
  expect(instance(second)).toMatchObject({ state: 'master', priority: { effective: 150 } });
  const third = await again();
  expect(instance(third).priority.effective).toBe(170);
  world.run(seconds(8));
  expect(instance(third)).toMatchObject({ state: 'master', priority: { effective: 150, terms: [] } });
});

test('an address that is not there yet is told once, and used as soon as it is', async () => {
  const world = createWorld({ seed: 5 });
  const a = await start(world, 'a', conf('a', '', 'source_ip 10.77.0.77'));
  world.run(seconds(4));
  expect((await journal(a)).filter((line) => line.includes('EADDRNOTAVAIL'))).toHaveLength(1);
  const b = await start(world, 'b', conf('b').replace(/neighbor_ip \S+/, 'neighbor_ip 10.77.0.77'));
  a.node.operator.addAddress({ interface: SIM_LAN, address: ip('10.77.0.77'), prefix: 24 });
  world.run(seconds(4));
  expect([a, b].map((each) => session(each).state)).toEqual(['up', 'up']);
});

test('a port that another daemon has is said, and taken when it is free', async () => {
  const world = createWorld({ seed: 5 });
  const { host } = world.addNode({ name: 'n', interfaces: [] });
  let taken = true;
  const listen: BfdSockets['listen'] = (...what) =>
    taken ? err(osError('EADDRINUSE', 'listen')) : host.bfd.listen(...what);
  const said: string[] = [];
  const busy = { ...host, bfd: { ...host.bfd, listen } };
  const sessions = createSessions(
    busy,
    ({ text }) => said.push(text),
    () => {},
  );
  sessions.exchange([configure()]);
  world.run(seconds(11));
  expect(said.filter((text) => text === 'listen: EADDRINUSE; tried again every 10 s')).toHaveLength(2);
  taken = false;
  world.run(seconds(30));
  expect(said.filter((text) => text.includes('EADDRINUSE'))).toHaveLength(2);
  expect(sessions.snapshot()?.sessions).toHaveLength(1);
  sessions.stop();
});
