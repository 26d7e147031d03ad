import { describe, expect, test } from 'vitest';
import { brief, instance, load, only, service } from './load.ts';

const bfd = (lines: string, name = 'gw'): string => `bfd_instance ${name} {\n${lines}\n}\n`;
const NEIGHBOR = 'neighbor_ip 192.0.2.1';
const sessions = (text: string) => load(text).configuration.bfdInstances;

describe('bfd_instance', () => {
  test("keepalived's defaults", () => {
    const loaded = load(bfd(NEIGHBOR));
    expect(brief(loaded)).toEqual([]);
    const { span: _, ...session } = loaded.configuration.bfdInstances[0]!;
    expect(session).toEqual({
      name: 'gw',
      neighbor: '192.0.2.1',
      source: undefined,
      minRx: 10,
      minTx: 10,
      idleTx: 1000,
      multiplier: 5,
      passive: false,
      ttl: 255,
      maxHops: 0,
      weight: 0,
      reverse: false,
      forVrrp: true,
      forCheckers: true,
    });
    expect(sessions(bfd('neighbour_ip fd00::1'))[0]).toMatchObject({ neighbor: 'fd00::1', ttl: 64 });
  });

  test('everything said, intervals to the microsecond', () => {
    const lines = `${NEIGHBOR}\nsource_ip 192.0.2.9\nmin_rx 3.312\nmin_tx 20\nidle_tx 1500.5\nmultiplier 3\npassive
      ttl 64\nmax_hops 3\nweight -20 reverse\nvrrp`;
    const loaded = load(bfd(lines));
    expect(brief(loaded)).toEqual([]);
    expect(loaded.configuration.bfdInstances[0]).toMatchObject({
      source: '192.0.2.9',
      minRx: 3.312,
      minTx: 20,
      idleTx: 1500.5,
      multiplier: 3,
      passive: true,
      ttl: 64,
      maxHops: 3,
      weight: -20,
      reverse: true,
      forVrrp: true,
      forCheckers: false,
    });
  });

  test.for([
    ['-1', undefined],
    ['255', undefined],
    ['200', 64],
  ] as const)('max_hops %s: no more than the TTL has, or not looked at', ([hops, wanted]) => {
    expect(sessions(bfd(`${NEIGHBOR}\nttl 64\nmax_hops ${hops}`))[0]?.maxHops).toBe(wanted);
  });

  test.for<[string, string]>([
    ['', '1:14 warning required: bfd_instance `gw` has no `neighbor_ip`'],
    [
      `${NEIGHBOR}\nsource_ip fd00::1`,
      '1:14 warning required: bfd_instance `gw` has a source fd00::1 and a neighbour 192.0.2.1, which are of two families',
    ],
    [`${NEIGHBOR}\nmin_rx 0.5`, '3:8 warning out-of-range: `min_rx 0.5` is outside 1…4294967'],
    [`${NEIGHBOR}\nmin_tx soon`, '3:8 warning bad-value: `min_tx` needs a number of milliseconds, not `soon`'],
    [`${NEIGHBOR}\nidle_tx 500`, '3:9 warning out-of-range: `idle_tx 500` is outside 1000…4294967'],
    [`${NEIGHBOR}\nmultihop`, '3:1 warning not-acted: `multihop` is read but not acted on yet'],
  ])('%s', ([lines, wanted]) => {
    expect(brief(load(bfd(lines)))).toEqual([wanted]);
  });

  test('of two with one neighbour the first counts, unless their sources differ', () => {
    const twice = load(bfd(NEIGHBOR) + bfd(NEIGHBOR, 'other'));
    expect(twice.configuration.bfdInstances.map(({ name }) => name)).toEqual(['gw']);
    expect(only(twice).message).toBe('bfd_instance `other` has the neighbour and source of `gw`, on line 1');
    const sources = ['192.0.2.8', '192.0.2.9'].map((source, i) => bfd(`${NEIGHBOR}\nsource_ip ${source}`, `s${i}`));
    expect(sessions(sources.join(''))).toHaveLength(2);
  });
});

describe('track_bfd', () => {
  const weighted = bfd(`${NEIGHBOR}\nweight 20 reverse`);
  const tracked = (lines: string, text = weighted) => load(text + instance(`track_bfd {\n${lines}\n}`));

  test('takes the weight of its line, or of the bfd_instance', () => {
    const weightOf = (lines: string) => tracked(lines).configuration.instances[0]?.trackBfd;
    expect(weightOf('gw')).toEqual([{ name: 'gw', weight: 20, reverse: true }]);
    expect(weightOf('gw weight -30 noreverse')).toEqual([{ name: 'gw', weight: -30, reverse: false }]);
    expect(brief(tracked('gw weight -30'))).toEqual([]);
  });

  test('one that is not there, or is for checkers, guards nothing', () => {
    expect(only(tracked('wg'))).toMatchObject({
      message: 'track_bfd `wg`: there is no bfd_instance of this name; it guards nothing',
      hint: 'did you mean `gw`?',
    });
    expect(only(tracked('gw', bfd(`${NEIGHBOR}\nchecker`))).code).toBe('unknown-reference');
  });

  test('of a sync group guards each member', () => {
    const group = 'vrrp_sync_group G {\n group {\n A\n B\n }\n track_bfd {\n gw weight 5\n }\n}\n';
    const both = instance('', 'A') + instance('', 'B').replace('51', '52');
    const { instances } = load(bfd(NEIGHBOR) + group + both).configuration;
    expect(instances.map(({ trackBfd }) => trackBfd)).toEqual(
      Array(2).fill([{ name: 'gw', weight: 5, reverse: false }]),
    );
  });
});

describe('BFD_CHECK', () => {
  const checked = (check: string, text = bfd(NEIGHBOR)) => load(text + service('', `BFD_CHECK {\n ${check}\n }`));

  test('asks the session that it names', () => {
    const loaded = checked('name gw\n alpha');
    expect(brief(loaded)).toEqual([]);
    expect(loaded.configuration.virtualServers[0]?.realServers[0]?.checks).toEqual([
      { kind: 'bfd', session: 'gw', delayLoop: 0, delayBeforeRetry: 0, retry: 0, warmup: 0, alpha: true },
    ]);
  });

  test.for<[string, string, string]>([
    ['name wg', bfd(NEIGHBOR), 'there is no bfd_instance `wg`'],
    ['name gw', bfd(`${NEIGHBOR}\nvrrp`), 'bfd_instance `gw` is for `vrrp` only'],
    ['', bfd(NEIGHBOR), '`BFD_CHECK` names no bfd_instance'],
  ])('%s: nothing is checked, as with keepalived', ([check, text, message]) => {
    const loaded = checked(check, text);
    expect(only(loaded)).toMatchObject({ severity: 'warning', message });
    expect(loaded.configuration.virtualServers[0]?.realServers[0]?.checks).toEqual([]);
  });
});
