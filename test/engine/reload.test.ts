import { describe, expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { milliseconds, seconds } from '../../src/base/time.ts';
import type { OperationRequest } from '../../src/control/operations.ts';
import { differences } from '../../src/engine/reload/differences.ts';
import { balancedServiceConf, guardedServiceConf } from '../../src/lab/configurations.ts';
import type { SimDirector } from '../../src/lab/sim-cluster.ts';
import { lab, type Pair, type PairOptions, settle, startPair } from './support.ts';

const RELOAD: OperationRequest = { verb: 'reload', target: 'configuration', yes: true };
const SECOND = '10.0.0.101';
const CHECK = { checkScript: (): string => '/bin/true' };

const conf = (options: PairOptions = {}): string => guardedServiceConf(lab, 'a', { adverInterval: 1, ...options });
const withSecond = (text: string): string => text.replace(/(virtual_ipaddress \{\n)/, `$1        ${SECOND}/24\n`);

async function reload(pair: Pair, text: string): Promise<string> {
  pair.a.rewrite(text);
  return (await settle(pair.world, pair.a.link().operate(RELOAD))).text;
}

const instance = ({ engine }: SimDirector, index = 0) => engine.snapshot().instances[index]!;

/** What a watcher of the wire and of the journal saw of `a` while `act` went on, and for ten seconds after. */
async function watched(pair: Pair, act: () => Promise<unknown>) {
  const adverts: { at: number; priority: number; vrid: number }[] = [];
  const transitions: string[] = [];
  const link = pair.a.link();
  const stop = link.subscribe((update) => {
    if (update.kind === 'advert' && update.advert.direction === 'sent') {
      adverts.push({ at: Date.parse(update.advert.at), priority: update.advert.priority, vrid: update.advert.vrid });
    }
    if (update.kind === 'event' && update.event.kind === 'transition') transitions.push(update.event.text);
  });
  pair.world.run(milliseconds(2300));
  await act();
  pair.world.run(seconds(10));
  stop();
  const gaps = (vrid = lab.vrid): number[] => {
    const own = adverts.filter((advert) => advert.vrid === vrid);
    return own.slice(1).map(({ at }, i) => at - own[i]!.at);
  };
  return { adverts, transitions, gaps };
}

describe('a reload', () => {
  test('of the same text changes nothing, and says so', async () => {
    const pair = await startPair();
    const seen = await watched(pair, async () => {
      expect(await reload(pair, conf())).toMatch(/nothing: the file says what is running/);
    });
    expect(seen.transitions).toEqual([]);
    expect(Math.max(...seen.gaps())).toBeLessThanOrEqual(1001);
    expect(pair.client.longestHole().length).toBeLessThan(5);
  });

  test('adds and removes addresses in place, with no advertisement missed', async () => {
    const pair = await startPair();
    const before = instance(pair.a).since;
    const seen = await watched(pair, () => reload(pair, withSecond(conf())));
    expect(seen.transitions).toEqual([]);
    expect(Math.max(...seen.gaps())).toBeLessThanOrEqual(1001);
    expect(pair.a.node.holds(ip(SECOND))).toBe(true);
    expect(instance(pair.a)).toMatchObject({ state: 'master', since: before });
    const back = await watched(pair, () => reload(pair, conf()));
    expect(back.transitions).toEqual([]);
    expect([pair.a.node.holds(ip(SECOND)), pair.a.node.holds(lab.vip)]).toEqual([false, true]);
    expect(pair.masters()).toEqual(['a']);
    expect(pair.client.longestHole().length).toBeLessThan(5);
  });

  test('on a backup adds an address to what it would hold, and holds none', async () => {
    const pair = await startPair();
    pair.b.rewrite(withSecond(guardedServiceConf(lab, 'b', { adverInterval: 1 })));
    await settle(pair.world, pair.b.link().operate(RELOAD));
    pair.world.run(seconds(5));
    expect([pair.b.node.holds(ip(SECOND)), pair.b.node.holds(lab.vip)]).toEqual([false, false]);
    pair.a.node.crash();
    pair.world.run(seconds(5));
    expect([pair.b.node.holds(ip(SECOND)), pair.b.node.holds(lab.vip)]).toEqual([true, true]);
  });

  test('changes the priority of a master in place, and the next advertisement has it', async () => {
    const pair = await startPair();
    const seen = await watched(pair, () => reload(pair, conf({ priorities: { a: 200, b: 100 } })));
    expect(seen.transitions).toEqual([]);
    expect(seen.adverts.map(({ priority }) => priority)).not.toContain(0);
    expect(seen.adverts.at(-1)?.priority).toBe(200);
    expect(Math.max(...seen.gaps())).toBeLessThanOrEqual(1001);
  });

  test('starts and stops instances beside one that goes on', async () => {
    const pair = await startPair();
    const other = conf()
      .slice(conf().indexOf('vrrp_instance'))
      .replace('VI_1', 'VI_2')
      .replace(`virtual_router_id ${lab.vrid}`, 'virtual_router_id 77')
      .replace(`${lab.vip}/`, `${SECOND}/`);
    const seen = await watched(pair, () => reload(pair, conf() + other));
    expect(seen.transitions).toEqual([
      expect.stringMatching(/^initialize → backup/),
      expect.stringMatching(/^backup → master/),
    ]);
    expect(pair.a.node.holds(ip(SECOND))).toBe(true);
    const back = await watched(pair, () => reload(pair, conf()));
    expect(back.transitions).toEqual([expect.stringMatching(/^master → initialize/)]);
    expect(back.adverts.filter(({ vrid }) => vrid === 77).at(-1)?.priority).toBe(0);
    expect(pair.a.node.holds(ip(SECOND))).toBe(false);
    expect(Math.max(...seen.gaps(), ...back.gaps())).toBeLessThanOrEqual(1001);
    expect(pair.client.longestHole().length).toBeLessThan(5);
  });

  test('with another VRID is an end and a new beginning, and the plan warns of it', async () => {
    const pair = await startPair();
    pair.a.rewrite(conf().replace(`virtual_router_id ${lab.vrid}`, 'virtual_router_id 77'));
    const plan = await pair.a.link().plan(RELOAD);
    expect(plan.steps).toEqual([expect.stringMatching(/^instance VI_1 \(begins anew\): vrid \d+ → 77$/)]);
    expect(plan.checks.map(({ level, text }) => `${level} ${text}`)).toContain(
      'WARN VI_1 is master here and ends: it resigns (priority 0)',
    );
  });

  test('of a file with errors changes nothing, and names the lines', async () => {
    const pair = await startPair();
    pair.a.rewrite(`${withSecond(conf()).replace('priority 254', 'priority 999')}`);
    const plan = await pair.a.link().plan(RELOAD);
    expect(plan.blocked).toBe(true);
    await expect(settle(pair.world, pair.a.link().operate(RELOAD))).rejects.toThrow(/keepalived\.conf:\d+: .*999/);
    pair.world.run(seconds(2));
    expect(pair.a.node.holds(ip(SECOND))).toBe(false);
    expect(instance(pair.a).priority.base).toBe(254);
    const events = await pair.a.link().events(5);
    expect(events.map(({ text }) => text).join()).toMatch(/reload refused, nothing was changed: .*:\d+:/);
  });
});

/** Both track a script that is well. */
async function startChecked(): Promise<Pair> {
  const pair = await startPair(CHECK);
  for (const { scripts } of [pair.a, pair.b]) scripts.setScript('/bin/true', 0);
  pair.world.run(seconds(10));
  expect(instance(pair.a).state).toBe('master');
  return pair;
}

describe('what is judged goes on being judged', () => {
  test('a script of the same definition keeps its verdict, also for an instance that begins anew', async () => {
    const pair = await startChecked();
    const seen = await watched(pair, () =>
      reload(pair, conf(CHECK).replace(`virtual_router_id ${lab.vrid}`, 'virtual_router_id 77')),
    );
    expect(instance(pair.a).state).toBe('master');
    expect(seen.transitions.filter((text) => text.includes('fault cleared')).length).toBeLessThanOrEqual(1);
    expect(instance(pair.a).faults).toEqual([]);
  });

  test('an instance that no longer tracks a failing script leaves FAULT', async () => {
    const pair = await startChecked();
    pair.a.scripts.setScript('/bin/true', 1);
    pair.world.run(seconds(5));
    expect(instance(pair.a).state).toBe('fault');
    await reload(pair, conf());
    pair.world.run(seconds(5));
    expect(instance(pair.a)).toMatchObject({ state: 'master', faults: [] });
  });

  test('a new script on a running instance waits for its verdict without a fault', async () => {
    const pair = await startPair();
    pair.a.scripts.setScript('/bin/true', 0);
    const seen = await watched(pair, () => reload(pair, conf(CHECK)));
    expect(seen.transitions).toEqual([]);
    expect(pair.a.scripts.started.length).toBeGreaterThan(0);
  });

  test('a real server whose check is the same keeps its health, and takes its new weight', async () => {
    const pair = await startPair({ services: true });
    const health = (): string[] => pair.a.engine.snapshot().services[0]!.realServers.map((server) => server.health);
    expect(health()).toEqual(['up', 'up']);
    pair.a.rewrite(conf() + balancedServiceConf(lab, { weights: { s1: 7, s2: 1 } }));
    const done = await settle(pair.world, pair.a.link().operate(RELOAD));
    expect(done.text).toMatch(/weight 3 → 7/);
    expect(health()).toEqual(['up', 'up']);
    const dump = pair.a.table.dump();
    expect(dump.ok && dump.value[0]!.destinations.map(({ weight }) => weight).sort()).toEqual([1, 7]);
    const none = await reload(pair, conf());
    expect(none).toMatch(/take away service/);
    const after = pair.a.table.dump();
    expect(after.ok && after.value).toEqual([]);
  });
});

describe('differences, in words', () => {
  test.each([
    [{ priority: 1, span: { line: 1 } }, { priority: 1, span: { line: 9 } }, []],
    [{ adverInterval: 1000 }, { adverInterval: 2000 }, ['adver interval 1000 → 2000']],
    [{ a: ['x', 'y'] }, { a: ['y', 'z'] }, ['a - x', 'a + z']],
    [{ a: ['x', 'y'] }, { a: ['y', 'x'] }, ['a in another order']],
    [
      { authentication: { password: 'old' } },
      { authentication: { password: 'new' } },
      ['another authentication password'],
    ],
    [
      { realServers: [{ address: '10.0.0.1', weight: 1 }] },
      { realServers: [{ address: '10.0.0.1', weight: 2 }] },
      ['real servers 10.0.0.1 weight 1 → 2'],
    ],
    [{ sorry: undefined }, { sorry: { address: '10.0.0.9', port: 80 } }, ['sorry none → 10.0.0.9:80']],
  ])('%j and %j', (before, after, expected) => {
    expect(differences(before, after)).toEqual(expected);
  });
});
