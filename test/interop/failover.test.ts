/**
 * Planned failover, one command: hatop hands over by the silent push, to a hatop or a keepalived peer that may or may not
 * preempt. A prober at the client tells what it cost, beside what hatop predicted and measured itself.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { OperationResult } from '../../src/control/operations.ts';
import type { PairSettings } from '../../src/lab/configurations.ts';
import { batch, portOf } from '../../src/lab/namespaces.ts';
import { poll } from '../poll.ts';
import type { CommandResult, Director, Stack } from './director.ts';
import { masterDownMs, type Observation, type Pair, pairOf, skewMs } from './harness.ts';

/** What a busy machine may add to a figure, ms. */
const SLACK = 400;
/** What a planned failover may cost the client, ms and probes on a busy machine (keepalived's own hand-overs cost 1–3 ms).; an election costs 600). */
const NOTHING = 100;

const pairWith = async (b: Stack, settings: PairSettings): Promise<Pair> => {
  const pair = await pairOf({ a: 'hatop', b }, settings);
  // b first, so that a has heard it and knows its priority.
  await pair.b.start();
  await pair.settled('b');
  await pair.a.start();
  await pair.settled('a');
  return pair;
};

const failover = (on: Director, verb = 'failover'): Promise<CommandResult> =>
  on.hatop(verb, 'VI_1', '--yes', '--json', '--reason', 'interop test');

function sideBySide(seen: Observation<CommandResult>): OperationResult {
  expect(seen.value.stderr + seen.value.stdout).toContain('"result"');
  const result = JSON.parse(seen.value.stdout) as OperationResult;
  console.log(
    [
      `    ${result.result}: ${result.text}`,
      `    predicted: take-over ${result.predicted.takeOverMs} ms, gap ${result.predicted.gapMs} ms`,
      `    measured by hatop: take-over ${result.measured.takeOverMs} ms, gap ${result.measured.gapMs} ms`,
      `    measured by the capture and prober: take-over ${(seen.afterResigningMs ?? seen.takeOverMs)?.toFixed(1) ?? 'null'} ms, outage ${seen.gap.outageMs.toFixed(1)} ms, lost ${seen.gap.lost}; before: ${seen.noise.outageMs.toFixed(1)} ms, lost ${seen.noise.lost}`,
    ].join('\n'),
  );
  return result;
}

const expectNoLoss = (seen: Observation<unknown>): void => {
  expect(seen.gap.outageMs).toBeLessThan(NOTHING);
  expect(seen.gap.lost).toBeLessThan(NOTHING);
};

describe.each([
  { peer: 'hatop', nopreempt: [] },
  { peer: 'hatop', nopreempt: ['b'] },
  { peer: 'keepalived', nopreempt: [] },
  { peer: 'keepalived', nopreempt: ['b'] },
] as const)('failover to $peer with nopreempt on $nopreempt', ({ peer, nopreempt }) => {
  test('the peer takes over in its skew, the client loses nothing, and nobody takes it back', async () => {
    const pair = await pairWith(peer, { nopreempt });
    const seen = await pair.observe(
      'failover',
      () => failover(pair.a),
      () => pair.settled('b'),
    );
    const result = sideBySide(seen);
    expect(seen.value.status).toBe(0);
    expect(result.result).toMatch(/^OK/);
    expectNoLoss(seen);
    // At the moment of the hand-over both may answer, in turns.
    expect([seen.gap.answeredBy[0], seen.gap.answeredBy.at(-1)]).toEqual(['a', 'b']);
    expect(Math.abs(result.predicted.takeOverMs! - skewMs(100))).toBeLessThan(50);
    expect(Math.abs(result.measured.takeOverMs! - result.predicted.takeOverMs!)).toBeLessThan(SLACK);
    expect(Math.abs(result.measured.takeOverMs! - seen.afterResigningMs!)).toBeLessThan(SLACK);
    // In standby now: also after its master-down time it does not preempt.
    await new Promise((resolve) => setTimeout(resolve, masterDownMs(1) + 500));
    expect(await pair.holders()).toEqual(['b']);
    expect((await pair.a.status()).instances[0]).toMatchObject({ state: 'backup', admin: 'standby' });
  });
});

test.each(['hatop', 'keepalived'] as const)('failback from %s loses nothing either', async (peer) => {
  const pair = await pairWith(peer, {});
  await failover(pair.a);
  await pair.settled('b');
  const seen = await pair.observe(
    'failback',
    () => failover(pair.a, 'failback'),
    () => pair.settled('a'),
  );
  const result = sideBySide(seen);
  expect(result.result).toMatch(/^OK/);
  expectNoLoss(seen);
  expect((await pair.a.status()).instances[0]).toMatchObject({ state: 'master', admin: 'active' });
});

test('nobody there any more: rolled back, the client loses nothing at all', async () => {
  const pair = await pairWith('keepalived', {});
  await pair.b.crash();
  const seen = await pair.observe(
    'failover with the peer dead',
    () => failover(pair.a),
    () => pair.settled('a'),
  );
  const result = sideBySide(seen);
  expect(result.result).toBe('ROLLED_BACK');
  expect(seen.takeOverMs).toBeNull();
  expect(seen.gap.lost).toBe(0);
  expect(seen.gap.answeredBy).toEqual(['a']);
  expect((await pair.a.status()).instances[0]).toMatchObject({ state: 'master', admin: 'active' });
});

test('a peer that is cut off in the middle is waited for by nobody: served throughout, rolled back', async () => {
  const pair = await pairWith('keepalived', {});
  const unplug = (): Promise<void> =>
    batch(pair.lab.switchNamespace, [`link set ${portOf(pair.lab.nodes.b)} nomaster`]);
  const seen = await pair.observe(
    'failover, the peer cut off meanwhile',
    async () => {
      const running = failover(pair.a);
      await poll(() => pair.capture.adverts().at(-1)?.priority, { interval: 5, timeout: 15_000 }).toBe(0);
      await unplug();
      return running;
    },
    async () => {},
  );
  expect(sideBySide(seen).result).toBe('ROLLED_BACK');
  expect(seen.gap.lost).toBe(0);
  expect(seen.gap.answeredBy).toEqual(['a']);
});

test('a peer delayed by 500 ms moves the measured take-over, not the gap', async () => {
  const pair = await pairWith('keepalived', {});
  const seen = await pair.observe(
    'failover, the peer delayed by 500 ms',
    async () => {
      // Frozen first: at once after the advertisement that resigns would be too late now and then.
      const thaw = pair.b.freeze();
      const running = failover(pair.a);
      await poll(() => pair.capture.adverts().at(-1)?.priority, { interval: 5, timeout: 15_000 }).toBe(0);
      await sleep(500);
      thaw();
      return running;
    },
    () => pair.settled('b'),
  );
  const result = sideBySide(seen);
  expect(result.result).toMatch(/^OK/);
  expect(result.measured.takeOverMs! - result.predicted.takeOverMs!).toBeGreaterThan(250);
  expectNoLoss(seen);
});
