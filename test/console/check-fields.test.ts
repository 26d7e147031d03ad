import { expect, test } from 'vitest';
import { checkWords } from '../../src/console/rows/check-fields.ts';
import type { CheckSnapshot } from '../../src/control/snapshot.ts';

const now = Date.parse('2026-01-01T12:00:00.000Z');
const check: CheckSnapshot = {
  kind: 'http',
  what: 'http://10.0.0.11:80/ping',
  up: true,
  last: { at: '2026-01-01T11:59:59.000Z', good: false, reason: 'HTTP 503 at /ping, 12 ms', tookMs: 12 },
  nextRunAt: '2026-01-01T12:00:02.500Z',
  retriesLeft: 2,
  sharedBy: 3,
};

test('what came last and what comes next', () => {
  expect(checkWords(check, now)).toBe(
    'http://10.0.0.11:80/ping: HTTP 503 at /ping, 12 ms; again in 2.5s; 2 more forgiven; one probe for 3 services',
  );
  expect(checkWords({ ...check, up: false, nextRunAt: null, sharedBy: 1 }, now)).toBe(
    'http://10.0.0.11:80/ping: HTTP 503 at /ping, 12 ms',
  );
  expect(checkWords({ ...check, last: null, sharedBy: 1 }, now)).toBe(
    'http://10.0.0.11:80/ping: not asked yet; again in 2.5s',
  );
});
