import { expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { rememberVerdict } from '../../src/engine/router/judgement.ts';
import type { RouterConfig } from '../../src/vrrp/config.ts';
import type { JudgeContext, Verdict } from '../../src/vrrp/judge.ts';

const CONFIG = {} as RouterConfig;
const datagram = (changes = {}) => ({
  source: ip('10.0.0.1'),
  destination: ip('224.0.0.18'),
  ttl: 255,
  payload: Uint8Array.of(0x31, 51, 200, 1),
  ...changes,
});
const OWN = [ip('10.0.0.2')];
const context = (changes = {}): JudgeContext => ({ ownAddresses: OWN, networks: [], priority: 100, ...changes });
const NETWORKS: JudgeContext['networks'] = [];

function asking() {
  let asked = 0;
  const judge = rememberVerdict(() => {
    asked += 1;
    return { verdict: 'discard' } as Verdict;
  });
  judge(CONFIG, datagram(), context({ networks: NETWORKS }));
  return (config: RouterConfig, again: ReturnType<typeof datagram>, around: JudgeContext): number => {
    judge(config, again, around);
    return asked;
  };
}

test('the same once more has the answer that it had', () => {
  expect(asking()(CONFIG, datagram(), context({ networks: NETWORKS }))).toBe(1);
});

test.each([
  ['another byte', datagram({ payload: Uint8Array.of(0x31, 51, 0, 1) }), {}],
  ['a byte more', datagram({ payload: Uint8Array.of(0x31, 51, 200, 1, 0) }), {}],
  ['another sender', datagram({ source: ip('10.0.0.9') }), {}],
  ['another destination', datagram({ destination: ip('10.0.0.2') }), {}],
  ['another TTL', datagram({ ttl: 254 }), {}],
  ['our other priority', datagram(), { priority: 255 }],
  ['other addresses of ours', datagram(), { ownAddresses: [ip('10.0.0.2')] }],
  ['another master before', datagram(), { lastMaster: ip('10.0.0.7') }],
])('%s is judged anew', (_what, again, changes) => {
  expect(asking()(CONFIG, again, context({ networks: NETWORKS, ...changes }))).toBe(2);
});

test('and so it is after a reload', () => {
  expect(asking()({ ...CONFIG }, datagram(), context({ networks: NETWORKS }))).toBe(2);
});
