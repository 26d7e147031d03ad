import { describe, expect, test } from 'vitest';
import { gapBetween, type ProbeRecord } from '../../src/lab/prober.ts';

/** One probe a millisecond from 0 to `until`, answered after half a millisecond by whoever `answers` names. */
const probes = (until: number, answers: (sent: number) => string | null): ProbeRecord[] =>
  Array.from({ length: until }, (_, sent) => {
    const by = answers(sent);
    return { sent, received: by === null ? null : sent + 0.5, by };
  });

describe('what a client noticed', () => {
  test('an outage is the time between the answers around it, with its losses and who came next', () => {
    const records = probes(100, (sent) => (sent < 40 ? 'a' : sent < 60 ? null : 'b'));
    expect(gapBetween(records, 0, 100)).toEqual({
      holeMs: 21,
      holeAt: 39.5,
      sent: 100,
      lost: 20,
      outageMs: 19,
      ownPauseMs: 1,
      answeredBy: ['a', 'b'],
    });
  });

  test('answers that come late are a hole without a loss', () => {
    const records = probes(50, () => 'a').map((probe) => (probe.sent > 20 ? { ...probe, received: 45.5 } : probe));
    expect(gapBetween(records, 0, 50)).toMatchObject({ holeMs: 25, holeAt: 20.5, lost: 0, outageMs: 0 });
  });

  test('a pause of the prober itself is told apart', () => {
    const records = probes(50, () => 'a').filter((probe) => probe.sent < 10 || probe.sent >= 30);
    expect(gapBetween(records, 0, 50)).toMatchObject({ holeMs: 21, lost: 0, outageMs: 0, ownPauseMs: 21 });
  });

  test('losses apart from each other are no outage', () => {
    const records = probes(50, (sent) => (sent % 10 === 0 ? null : 'a'));
    expect(gapBetween(records, 0, 50)).toMatchObject({ lost: 5, outageMs: 0 });
  });

  test('an outage that never ends is as long as the window, and the rest is not looked at', () => {
    const records = probes(100, (sent) => (sent < 20 ? 'a' : null));
    expect(gapBetween(records, 10, 70)).toMatchObject({ holeMs: 50.5, lost: 51, answeredBy: ['a'] });
    expect(gapBetween(records, 0, 15)).toMatchObject({ lost: 0 });
  });

  test('no probes at all is a hole of the whole window', () => {
    expect(gapBetween([], 0, 30)).toMatchObject({ holeMs: 30, sent: 0, ownPauseMs: 30, answeredBy: [] });
  });
});
