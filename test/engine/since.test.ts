import { expect, test } from 'vitest';
import { type Instant, instant } from '../../src/base/time.ts';
import { sinceOf } from '../../src/engine/router/status.ts';
import type { VrrpHost } from '../../src/ports/host.ts';

test('the time of a transition stays the same text, though the clocks drift against each other; the next has its own', () => {
  let since: Instant = instant(1000);
  const router = { state: () => ({ since }) } as unknown as Parameters<typeof sinceOf>[0];
  const at = (mono: number, wall: number): VrrpHost =>
    ({ clock: { now: () => instant(mono), wall: () => wall } }) as unknown as VrrpHost;
  expect(sinceOf(router, at(1500, 501_000))).toBe('1970-01-01T00:08:20.500Z');
  expect(sinceOf(router, at(2500, 502_001))).toBe('1970-01-01T00:08:20.500Z');
  since = instant(2000);
  expect(sinceOf(router, at(2500, 502_001))).toBe('1970-01-01T00:08:21.501Z');
});
