import { describe, expect, test } from 'vitest';
import { availabilityOf, ninesOf, percent } from '../../src/wallboard/availability.ts';
import {
  advertIntervals,
  connectionBars,
  newConnections,
  serversUp,
  spellsOf,
  timeline,
} from '../../src/wallboard/series.ts';
import { advert, event, realServer, service, snapshot } from '../console/fixtures.ts';

const T = Date.parse('2026-03-14T00:00:00.000Z');
const at = (seconds: number): string => new Date(T + seconds * 1000).toISOString();
const change = (seconds: number, from: string, to: string) =>
  event({ at: at(seconds), kind: 'transition', subject: 'VI_1', text: `${from} → ${to}: for a reason` });

describe('series', () => {
  test('a line for each sender of each virtual router, without its first advertisement, the busiest first', () => {
    const one = (source: string, gapMs: number | null, seconds: number) => advert({ source, gapMs, at: at(seconds) });
    const series = advertIntervals(
      [one('10.0.0.1', null, 0), one('10.0.0.2', 990, 1), one('10.0.0.1', 1001, 1), one('10.0.0.1', 1002, 2)],
      4,
    );
    expect(series.map(({ title, points }) => [title.split(' ')[1], points.map(({ value }) => value)])).toEqual([
      ['10.0.0.1', [1001, 1002]],
      ['10.0.0.2', [990]],
    ]);
    expect(series[0]?.points[0]?.at).toBe('00:00:01');
  });

  test('connections of a server are summed over its services; an unknown count is not a zero', () => {
    const both = { active: 3, inactive: 2, persistent: 9 };
    const taken = snapshot({
      services: [
        service({ realServers: [realServer({ address: '10.0.0.11', connections: both })] }),
        service({
          realServers: [
            realServer({ address: '10.0.0.11', connections: both }),
            realServer({ address: '10.0.0.12', connections: null }),
          ],
        }),
      ],
    });
    expect(connectionBars(taken)).toEqual([{ title: '10.0.0.11', value: 10 }]);
  });

  test('rates and servers: null where there is nothing to know', () => {
    const nothing = snapshot({ services: [] });
    expect(newConnections(nothing)).toBeNull();
    expect(serversUp(nothing)).toBeNull();
    const servers = [realServer({ health: 'up' }), realServer({ health: 'down' })];
    expect(serversUp(snapshot({ services: [service({ realServers: servers })] }))).toBe(50);
  });

  test('the journal as spells of states, the last until now; other instances and other events are none', () => {
    const events = [
      change(0, 'initialize', 'backup'),
      event({ at: at(5), kind: 'health', subject: 'VI_1', text: 'backup → master: not a transition' }),
      event({ at: at(6), kind: 'transition', subject: 'VI_2', text: 'backup → fault: another' }),
      change(10, 'backup', 'master'),
    ];
    expect(spellsOf('VI_1', events, T + 15_000)).toEqual([
      { state: 'backup', from: T, to: T + 10_000 },
      { state: 'master', from: T + 10_000, to: T + 15_000 },
    ]);
  });

  test('a timeline says of each cell what was at its end, and nothing of the time before the journal', () => {
    const spells = spellsOf('VI_1', [change(5, 'initialize', 'backup'), change(10, 'backup', 'master')], T + 20_000);
    expect(timeline(spells, T, T + 20_000, 5)).toEqual([null, 'backup', 'master', 'master', 'master']);
  });
});

describe('availability', () => {
  const figures = (...changes: ReturnType<typeof change>[]) => availabilityOf(spellsOf('VI_1', changes, T + 1000_000));

  test('MTTF / (MTTF + MTTR): two failures of one second each in a thousand', () => {
    const of = figures(
      change(0, 'initialize', 'backup'),
      change(100, 'backup', 'fault'),
      change(101, 'fault', 'backup'),
      change(200, 'backup', 'master'),
      change(500, 'master', 'fault'),
      change(501, 'fault', 'backup'),
    );
    expect(of).toEqual({ ratio: 0.998, failures: 2, mttf: 499_000, mttr: 1000, watched: 1000_000 });
    expect(percent(of)).toBe('99.8 %');
    expect(ninesOf(of)).toBe(2);
  });

  test('coming up is no failure, and a change of role is none', () => {
    const of = figures(
      change(0, 'initialize', 'fault'),
      change(600, 'fault', 'backup'),
      change(700, 'backup', 'master'),
    );
    expect(of).toEqual({ ratio: 1, failures: 0, mttf: null, mttr: null, watched: 400_000 });
    expect(percent(of)).toBe('100 %');
    expect(ninesOf(of)).toBe(Number.POSITIVE_INFINITY);
  });

  test('a failure is never rounded away', () => {
    const of = { ratio: 0.9999999, failures: 1, mttf: 1, mttr: 1, watched: 1 };
    expect(percent(of)).toBe('99.9999 %');
    expect(ninesOf(of)).toBe(7);
    expect(ninesOf({ ...of, ratio: 0.999 })).toBe(3);
  });

  test('nothing seen is unknown', () => {
    expect(percent(figures())).toBe('unknown');
  });
});
