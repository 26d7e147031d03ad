/** Routes and rules of whole engines in the simulator: where they are, whose they are, and what a reload does. */
import { describe, expect, test } from 'vitest';
import { describeRouting } from '../../src/base/routing.ts';
import { milliseconds, seconds } from '../../src/base/time.ts';
import { guardedServiceConf } from '../../src/lab/configurations.ts';
import { addDirector, type SimDirector } from '../../src/lab/sim-cluster.ts';
import { createWorld, type World } from '../../src/sim/world.ts';
import { lab, settle } from './support.ts';

const WAY = '198.51.100.0/24 via 10.77.0.77';
const ROUTE = `${WAY} dev eth0 src ${lab.vip}`;
const RULE = `rule 99: from ${lab.vip} lookup 100`;
const VIRTUAL = ` virtual_routes {\n ${WAY} src ${lab.vip}\n }\n virtual_rules {\n from ${lab.vip} table 100 priority 99\n }\n`;
const STATIC = 'static_routes {\n 203.0.113.0/24 dev eth0\n}\nstatic_ipaddress {\n 10.9.9.9/24 dev eth0\n}\n';

const conf = (name: 'a' | 'b', virtual = VIRTUAL, statics = ''): string =>
  statics + guardedServiceConf(lab, name, { adverInterval: 1 }).replace(/^}\s*$(?![\s\S]*^})/m, `${virtual}}\n`);
const director = (world: World, name: 'a' | 'b', text = conf(name), old?: SimDirector) => {
  const life = old ? { files: old.files, node: old.node } : {};
  return addDirector(world, { name, address: lab.nodes[name].address, configuration: text, ...life }, 'test');
};
const held = ({ node }: SimDirector): string[] => node.routing().map(describeRouting);
const texts = async (of: SimDirector) => (await of.link().events(100)).map(({ text }) => text);
const shown = ({ engine }: SimDirector) => engine.snapshot().instances[0]?.virtualRouting;

async function pair() {
  const world = createWorld({ seed: 7 });
  const [a, b] = [await director(world, 'a'), await director(world, 'b')];
  world.run(seconds(15));
  return { world, a, b };
}

/** One director that is master. */
async function alone(virtual = VIRTUAL, statics = '') {
  const world = createWorld({ seed: 7 });
  const a = await director(world, 'a', conf('a', virtual, statics));
  world.run(seconds(15));
  const reload = async (text: string): Promise<string> => {
    a.rewrite(text);
    return (await settle(world, a.link().operate({ verb: 'reload', target: 'configuration', yes: true }))).text;
  };
  return { world, a, reload };
}

describe('virtual routes and rules', () => {
  test("are the master's alone, move with a failover, and go at the stop", async () => {
    const { world, a, b } = await pair();
    expect([held(a), held(b)]).toEqual([[ROUTE, RULE], []]);
    expect(shown(a)?.map(({ present }) => present)).toEqual([true, true]);
    expect(shown(b)?.map(({ present }) => present)).toEqual([false, false]);
    a.node.operator.setLink('eth0', false);
    world.run(seconds(10));
    expect([held(a), held(b)]).toEqual([[], [ROUTE, RULE]]);
    await settle(world, b.engine.stop());
    expect(held(b)).toEqual([]);
  });

  test('left over by a killed engine are recognised: adopted in time, else removed, whatever the file says now', async () => {
    const { world, a } = await alone();
    a.node.kill();
    expect(held(a)).toEqual([ROUTE, RULE]);
    world.run(milliseconds(500));
    const again = await director(world, 'a', conf('a'), a);
    expect(again.engine.snapshot().instances[0]?.state).toBe('master');
    expect(held(again)).toEqual([ROUTE, RULE]);
    expect((await texts(again)).filter((text) => text.includes('left over'))).toEqual([]);
    again.node.kill();
    world.run(seconds(10));
    const late = await director(world, 'a', conf('a', ''), again);
    expect(held(late)).toEqual([]);
    expect(await texts(late)).toEqual(
      expect.arrayContaining([
        `removed ${RULE}: left over from an earlier run`,
        `removed ${ROUTE}: left over from an earlier run`,
      ]),
    );
  });

  test('taken away by somebody are put back, and it is in the journal', async () => {
    const { world, a } = await alone();
    const [route] = a.node.routing();
    a.node.operator.removeRouting(route!);
    world.run(milliseconds(50));
    expect(held(a).toSorted()).toEqual([ROUTE, RULE]);
    expect(await texts(a)).toContain(`${WAY} src ${lab.vip} was removed by somebody else; put back`);
    expect(a.engine.snapshot().instances[0]?.state).toBe('master');
  });

  test('that cannot be put up cost no mastership: said once, shown, explained, and put up when they can be', async () => {
    const far = ' virtual_routes {\n 198.51.100.0/24 via 172.16.0.1\n }\n';
    const { world, a } = await alone(far);
    world.run(seconds(60));
    const refusals = (await texts(a)).filter((text) => text.startsWith('add-routing failed'));
    expect(refusals).toEqual(['add-routing failed: add 198.51.100.0/24 via 172.16.0.1: ENETUNREACH']);
    expect(shown(a)).toEqual([{ what: '198.51.100.0/24 via 172.16.0.1', present: false }]);
    expect(await a.link().why(a.engine.snapshot().instances[0]!.name)).toMatch(/; not there: 198\.51\.100\.0\/24 via/);
    a.node.operator.addAddress({ interface: 'eth0', address: '172.16.0.2' as never, prefix: 24 });
    world.run(seconds(11));
    expect(held(a)).toEqual(['198.51.100.0/24 via 172.16.0.1 dev eth0']);
  });

  test('guard their instance by the interfaces that they name', async () => {
    const { a } = await alone(' virtual_routes {\n 198.51.100.0/24 dev eth7\n }\n');
    expect(a.engine.snapshot().instances[0]).toMatchObject({ state: 'fault', reason: 'interface eth7 does not exist' });
    const unguarded = await alone(' virtual_routes {\n 198.51.100.0/24 dev eth7 no_track\n }\n');
    expect(unguarded.a.engine.snapshot().instances[0]?.state).toBe('master');
  });

  test('are changed by a reload where they differ, and left alone where not', async () => {
    const { a, reload } = await alone();
    const seen: string[] = [];
    a.node.host.routing.watch(() => seen.push(held(a).join('; ')));
    const other = VIRTUAL.replace('198.51.100.0/24', '198.51.200.0/24');
    expect(await reload(conf('a', other))).toMatch(
      /in place.*routing - 198\.51\.100\.0\/24.*routing \+ 198\.51\.200\.0\/24/,
    );
    expect(held(a)).toEqual([RULE, ROUTE.replace('.100.', '.200.')]);
    expect(seen).toHaveLength(2);
    await reload(conf('a', ''));
    expect(held(a)).toEqual([]);
    expect(a.engine.snapshot().instances[0]?.state).toBe('master');
  });
});

describe('what is static', () => {
  const ADDRESS = '10.9.9.9/24 on eth0';
  const WANTED = [ADDRESS, '203.0.113.0/24 dev eth0'];
  const present = ({ node }: SimDirector): string[] => [
    ...node
      .addresses()
      .flatMap(({ address, prefix }) => (address === '10.9.9.9' ? [`${address}/${prefix} on eth0`] : [])),
    ...held({ node } as SimDirector),
  ];

  test('is there from the start on, survives a kill, and goes at the stop', async () => {
    const { world, a } = await alone('', STATIC);
    expect(present(a)).toEqual(WANTED);
    expect(a.engine.snapshot().statics).toEqual(WANTED.map((what) => ({ what, present: true })));
    a.node.kill();
    world.run(seconds(10));
    const again = await director(world, 'a', conf('a', '', STATIC), a);
    expect(present(again)).toEqual(WANTED);
    await settle(world, again.engine.stop());
    expect(present(again)).toEqual([]);
  });

  test('is put back where somebody takes it away, but not for ever, and comes with its interface', async () => {
    const { world, a } = await alone('', STATIC);
    const address = { interface: 'eth0', address: '10.9.9.9' as never, prefix: 24 };
    for (const after of [WANTED, WANTED, WANTED.slice(1)]) {
      a.node.operator.removeAddress(address);
      world.run(milliseconds(50));
      expect(present(a)).toEqual(after);
    }
    world.run(seconds(11));
    expect(present(a)).toEqual(WANTED);
    expect((await texts(a)).filter((text) => text.startsWith('static'))).toEqual([
      `static ${ADDRESS} was removed by somebody else; put back`,
      `static ${ADDRESS} was removed by somebody else; put back`,
      `static ${ADDRESS} was removed by somebody else 3 times in 10 s; tried again in 10 s`,
    ]);
    a.node.operator.setLink('eth0', false);
    world.run(seconds(1));
    a.node.operator.setLink('eth0', true);
    world.run(seconds(11));
    expect(present(a)).toEqual(WANTED);
  });

  test('is changed by a reload where it differs', async () => {
    const { a, reload } = await alone('', STATIC);
    const text = await reload(conf('a', '', STATIC.replace('203.0.113.0', '203.0.114.0')));
    expect(text).toMatch(/static routing - 203\.0\.113\.0\/24 dev eth0/);
    expect(present(a)).toEqual([ADDRESS, '203.0.114.0/24 dev eth0']);
    await reload(conf('a', ''));
    expect(present(a)).toEqual([]);
    expect(a.engine.snapshot().statics).toBeUndefined();
  });
});
