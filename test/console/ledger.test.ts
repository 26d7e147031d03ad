/** Who advertises, how regularly, and what was not believed: from one advertisement after the other. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { heard, KEPT_SENDERS, type Sender, silence } from '../../src/console/ledger.ts';
import type { AdvertObservation } from '../../src/control/link.ts';
import { advert, ago } from './fixtures.ts';

const ledgerOf = (...adverts: Partial<AdvertObservation>[]): readonly Sender[] =>
  adverts.reduce<readonly Sender[]>((ledger, given) => heard(ledger, advert(given)), []);
const only = (...adverts: Partial<AdvertObservation>[]): Sender | undefined => ledgerOf(...adverts)[0];
const now = Date.parse(ago(0));

describe('a sender', () => {
  test('is one by its address, VRID and interface', () => {
    expect(ledgerOf({}, { vrid: 53 }, { interface: 'eth2' }, { source: '10.0.1.3' }, {})).toHaveLength(4);
  });

  test('is regular to the millisecond: no jitter, and the rate is its interval', () => {
    const sender = only({ gapMs: null }, { gapMs: 1000 }, { gapMs: 1000 });
    expect(sender).toMatchObject({ count: 3, missed: 0, gapMs: 1000, jitterMs: 0, longestGapMs: 1000 });
  });

  test('has the jitter of RFC 3550: a sixteenth of what a gap is off', () => {
    expect(only({ gapMs: 1000 }, { gapMs: 1016 })?.jitterMs).toBeCloseTo(1);
    expect(only({ gapMs: 1000 }, { gapMs: 984 })?.jitterMs).toBeCloseTo(1);
  });

  test('missed what should have come within a longer gap, which is no jitter', () => {
    expect(only({ gapMs: 1000 }, { gapMs: 3010 })).toMatchObject({ missed: 2, jitterMs: 0, longestGapMs: 3010 });
  });

  test('missed nothing while it was silent as a backup is, nor when it leaves', () => {
    const sender = only({ gapMs: 1000 }, { gapMs: 60_000 }, { gapMs: 12, priority: 0 });
    expect(sender).toMatchObject({ count: 3, missed: 0, gapMs: 1000, jitterMs: 0, longestGapMs: 1000 });
  });

  test('has what was not believed of it counted, and its latest words', () => {
    expect(only({}, { verdict: 'ttl', priority: 200 })).toMatchObject({
      discarded: 1,
      advert: { priority: 200, verdict: 'ttl' },
    });
  });

  test('is silent after four of its intervals, or when it has left', () => {
    const since = (ms: number, more: Partial<AdvertObservation> = {}) => {
      const sender = only({ at: ago(ms), ...more });
      return sender && silence(sender, now);
    };
    expect(since(3900)).toBeNull();
    expect(since(4100)).toBe(4100);
    expect(since(900, { adverIntervalMs: 10 })).toBeNull();
    expect(since(100, { priority: 0 })).toBe(100);
  });
});

test('a flood of forged senders does not grow it for ever: who was heard longest ago goes', () => {
  const flood = Array.from({ length: KEPT_SENDERS + 40 }, (_, i) => ({
    source: `10.9.${i >> 8}.${i & 255}`,
    at: ago(100_000 - i),
  }));
  const ledger = ledgerOf({ source: '10.0.0.2', at: ago(0) }, ...flood);
  expect(ledger).toHaveLength(KEPT_SENDERS);
  expect(ledger[0]?.source).toBe('10.0.0.2');
  expect(ledger.map(({ source }) => source)).not.toContain('10.9.0.0');
});

test('whatever comes, figures stay figures', () => {
  const any = fc.record({
    gapMs: fc.option(fc.double({ min: 0, max: 1e7, noNaN: true })),
    adverIntervalMs: fc.constantFrom(0, 10, 1000, 40_950),
    priority: fc.nat(255),
  });
  fc.assert(
    fc.property(fc.array(any, { maxLength: 30 }), (adverts) => {
      for (const { gapMs, jitterMs, missed, count } of ledgerOf(...adverts)) {
        expect(count).toBe(adverts.length);
        expect(missed).toBeGreaterThanOrEqual(0);
        for (const ms of [gapMs, jitterMs]) expect(ms === null || Number.isFinite(ms)).toBe(true);
      }
    }),
  );
});
