/** Two directors that are both master, and what the first says of it. */
import { describe, expect, test } from 'vitest';
import { milliseconds, seconds } from '../../src/base/time.ts';
import { guardedServiceConf, type PairSettings } from '../../src/lab/configurations.ts';
import { addDirector, type SimDirector } from '../../src/lab/sim-cluster.ts';
import { createWorld, type World } from '../../src/sim/world.ts';
import { lab, settle } from './support.ts';

const SECOND = '10.9.0.177';

async function pairOf(b: PairSettings, change: (text: string) => string = (text) => text) {
  const world = createWorld({ seed: 3 });
  const start = (name: 'a' | 'b', settings: PairSettings, edit: (text: string) => string): Promise<SimDirector> => {
    const configuration = edit(guardedServiceConf(lab, name, { adverInterval: 1, ...settings }));
    return addDirector(world, { name, address: lab.nodes[name].address, configuration }, 'test');
  };
  const first = await start('a', {}, (text) => text);
  world.run(seconds(15));
  const second = await start('b', b, change);
  return { world, a: first, b: second };
}

const split = ({ engine }: SimDirector) => engine.snapshot().splitBrain;
const stateOf = ({ engine }: SimDirector) => engine.snapshot().instances[0]!.state;
const events = async (director: SimDirector): Promise<string[]> =>
  (await director.link().events(200)).map(({ text }) => text).filter((text) => /split brain/i.test(text));

/** Runs until the second is master too; from then on two of the longest interval. */
function intoSplitBrain(world: World, b: SimDirector): void {
  for (let i = 0; i < 200 && stateOf(b) !== 'master'; i++) world.run(milliseconds(100));
  expect(stateOf(b)).toBe('master');
  world.run(milliseconds(4600));
}

describe('a split brain is named with its cause within two intervals', () => {
  test.each<[string, PairSettings, (text: string) => string, RegExp]>([
    ['another password', { password: 'other' }, (text) => text, /^authentication: theirs another password/],
    ['another interval', { adverInterval: 2 }, (text) => text, /^adver interval: theirs 2000 ms, ours 1000 ms$/],
    [
      'another cluster',
      { password: 'other' },
      (text) => text.replace(`${lab.vip}/`, `${SECOND}/`),
      /^another cluster uses VRID \d+ here, for 10\.9\.0\.177/,
    ],
  ])('%s', async (_, settings, change, cause) => {
    const { world, a, b } = await pairOf(settings, change);
    intoSplitBrain(world, b);
    expect(split(a)).toEqual([
      { vrid: lab.vrid, interface: 'eth0', senders: [lab.nodes.b.address], cause: expect.stringMatching(cause) },
    ]);
    expect(await events(a)).toEqual([expect.stringMatching(/^SPLIT BRAIN, VRID \d+: /)]);
    expect(await a.link().why('VI_1')).toMatch(/SPLIT BRAIN: \S+ advertises too, /);
  });

  test('one-way loss, and its end', async () => {
    const { world, a, b } = await pairOf({});
    world.run(seconds(5));
    world.lan('eth0').cut('a', 'b');
    intoSplitBrain(world, b);
    expect(split(a)[0]?.cause).toMatch(/one-way loss/);
    world.lan('eth0').heal();
    world.run(seconds(10));
    expect(stateOf(b)).toBe('backup');
    expect(split(a)).toEqual([]);
    expect(await events(a)).toEqual([
      expect.stringMatching(/^SPLIT BRAIN/),
      expect.stringMatching(/^split brain over after \d+\.\d s$/),
    ]);
  });
});

test('a host that advertises nothing but answers for the address is found by ARP, and forgotten when it has gone', async () => {
  const { world, a } = await pairOf({});
  world.run(seconds(5));
  const spec = { name: 'x', interfaces: [{ name: 'eth0', address: lab.nodes.s1.address, prefix: 24 }] };
  const stranger = world.addNode(spec);
  const address = { interface: 'eth0', address: lab.vip, prefix: 24 };
  stranger.operator.addAddress(address);
  world.run(seconds(12));
  expect(split(a)).toEqual([
    {
      vrid: lab.vrid,
      interface: 'eth0',
      senders: [expect.stringMatching(/^([0-9a-f]{2}:){5}/)],
      cause: expect.stringMatching(`it answers ARP for ${lab.vip}`),
    },
  ]);
  expect(await a.link().why('VI_1')).toMatch(/answers ARP for .* too/);
  expect((await a.link().events(50)).filter(({ text }) => / answers for .* too: /.test(text))).toHaveLength(1);
  stranger.operator.removeAddress(address);
  world.run(seconds(40));
  expect(split(a)).toEqual([]);
});

describe('no split brain', () => {
  test('comes of one address more: the lower yields all the same', async () => {
    const { world, a, b } = await pairOf({}, (text) =>
      text.replace(/(virtual_ipaddress \{\n)/, `$1        ${SECOND}/24\n`),
    );
    world.run(seconds(60));
    expect([stateOf(a), stateOf(b)]).toEqual(['master', 'backup']);
    expect([split(a), split(b)]).toEqual([[], []]);
    expect(b.engine.snapshot().instances[0]!.adverts.discarded['address-list']).toBeGreaterThan(50);
  });

  test('is a planned failover and the way home', async () => {
    const { world, a } = await pairOf({});
    world.run(seconds(5));
    await settle(world, a.link().operate({ verb: 'failover', target: 'VI_1' }));
    world.run(seconds(20));
    await settle(world, a.link().operate({ verb: 'failback', target: 'VI_1' }));
    world.run(seconds(20));
    expect(await events(a)).toEqual([]);
  });
});
