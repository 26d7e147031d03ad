import { expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { instant, milliseconds } from '../../src/base/time.ts';
import { isNews } from '../../src/engine/router/news.ts';
import type { RouterConfig } from '../../src/vrrp/config.ts';
import { initialState } from '../../src/vrrp/instance.ts';

const backup = {
  ...initialState({} as RouterConfig, instant(0)),
  state: 'backup' as const,
  master: { address: ip('10.0.0.1'), priority: 200, heardAt: instant(5), adverInterval: milliseconds(100) },
};

test('one more advertisement of the same master is no news', () => {
  const later = { ...backup, timers: new Map(), noted: new Map(), master: { ...backup.master, heardAt: instant(105) } };
  expect(isNews(backup, later)).toBe(false);
  expect(isNews(backup, backup)).toBe(false);
});

test.each([
  ['another state', { state: 'master' as const }],
  ['another priority of the master', { master: { ...backup.master, priority: 0 } }],
  ['another master', { master: { ...backup.master, address: ip('10.0.0.2') } }],
  ['another interval of the master', { master: { ...backup.master, adverInterval: milliseconds(200) } }],
  ['no master any more', { master: undefined }],
  ['a fault', { faults: new Map([['socket', 'gone']]) }],
  ['a term of the priority', { terms: new Map([['script', -10]]) }],
])('%s is', (_what, patch) => {
  expect(isNews(backup, { ...backup, ...patch })).toBe(true);
});
