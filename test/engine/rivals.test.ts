/** Who counts as another master: only a sender that claims to be one. */
import { expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { instant, milliseconds } from '../../src/base/time.ts';
import type { Sender } from '../../src/engine/router/ledger.ts';
import { rivalsOf } from '../../src/engine/router/split-brain.ts';
import type { VirtualRouter } from '../../src/engine/router/virtual-router.ts';

const NOW = instant(100_000);
const forged = {
  address: ip('203.0.113.9'),
  priority: 255,
  since: instant(99_000),
  heardAt: instant(99_900),
  interval: milliseconds(1000),
  differences: [{ field: 'ttl', theirs: '64', ours: '255' }],
  verdict: 'ttl',
  detail: 'it was routed',
} as const;

const rivals = (claims: boolean) => {
  const sender = { ...forged, claims } as unknown as Sender;
  const router = {
    state: () => ({ state: 'master', since: instant(0), push: undefined }),
    plan: { config: { adverInterval: milliseconds(1000), addresses: [], vrid: 51 } },
    ledger: { senders: () => [sender] },
  } as unknown as VirtualRouter;
  return rivalsOf(router, NOW).map(({ address }) => address);
};

test('what was routed or forged blocks no failover; who claims mastership beside us is a rival', () => {
  expect(rivals(false)).toEqual([]);
  expect(rivals(true)).toEqual(['203.0.113.9']);
});
