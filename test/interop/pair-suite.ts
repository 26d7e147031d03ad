/**
 * The pair that guards a service, in every combination of stacks: who is master, crash, dead node, graceful stop, script
 * failure and recovery. keepalived on both sides shows that the harness measures what is known of keepalived.
 */
import { describe, expect, test } from 'vitest';
import { batch, portOf } from '../../src/lab/namespaces.ts';
import { poll } from '../poll.ts';
import type { Stack } from './director.ts';
import { masterDownMs, type Pair, pairOf, skewMs } from './harness.ts';

/** What a shared, busy machine may add to a figure, ms. */
const SLACK = 400;

/** What a return by preemption may cost the client, ms on a busy machine (keepalived's own: 1–3 ms).; an election costs 600). */
const NOTHING = 100;

const started = async (pair: Pair): Promise<Pair> => {
  // One after the other: without preemption whoever is first stays.
  await pair.a.start();
  await pair.settled('a');
  await pair.b.start();
  return pair;
};

/** A file for each combination: files run side by side. */
export function pairSuite(stacks: { a: Stack; b: Stack }): void {
  describe(`${stacks.a} beside ${stacks.b}`, () => {
    test('the higher priority is master, the VIP is there and nowhere else, also with an interval of 2 s', async () => {
      const pair = await pairOf(stacks, { adverInterval: 2 });
      await pair.b.start();
      await pair.settled('b');
      await pair.a.start();
      await pair.settled('a');
      expect(await pair.holders()).toEqual(['a']);
    });

    test('graceful stop: the peer takes over after its skew, and gives back', async () => {
      const pair = await started(await pairOf(stacks));
      const seen = await pair.observe(
        'graceful stop',
        () => pair.a.stop(),
        () => pair.settled('b'),
      );
      expect(seen.takeOverMs).toBeLessThan(skewMs(100) + SLACK);
      expect(seen.gap.outageMs).toBeLessThan(skewMs(100) + SLACK);
      expect(seen.gap.answeredBy).toEqual(['a', 'b']);
      const back = await pair.observe(
        'return',
        () => pair.a.start(),
        () => pair.settled('a'),
      );
      expect(back.gap.outageMs).toBeLessThan(NOTHING);
    });

    test('a dead node: the peer takes over after the master-down interval', async () => {
      const pair = await started(await pairOf(stacks));
      const unplug = () => batch(pair.lab.switchNamespace, [`link set ${portOf(pair.lab.nodes.a)} nomaster`]);
      const seen = await pair.observe('link cut', unplug, async () => {
        await poll(() => pair.holders(), { timeout: 15_000 }).toContain('b');
      });
      // The cut is made by a program that takes its time to start; the hole begins with the cut itself.
      expect(seen.takeOverMs).toBeLessThan(masterDownMs(100) + seen.actionMs + SLACK);
      expect(seen.gap.outageMs).toBeGreaterThan(masterDownMs(100) - 1000 - SLACK);
      expect(seen.gap.outageMs).toBeLessThan(masterDownMs(100) + SLACK);
    });

    test('crash of all processes: the peer takes over; after the restart no VIP is left where it does not belong', async () => {
      const pair = await started(await pairOf(stacks, { nopreempt: ['a', 'b'] }));
      const seen = await pair.observe(
        'crash',
        () => pair.a.crash(),
        async () => {
          await poll(() => pair.holders(), { timeout: 15_000 }).toEqual(['a', 'b']);
        },
      );
      expect(seen.takeOverMs).toBeLessThan(masterDownMs(100) + SLACK);
      await pair.a.start();
      await pair.settled('b');
      expect(await pair.holders()).toEqual(['b']);
    });

    test('script failure: FAULT, the VIP goes, the peer takes over; recovery takes it back', async () => {
      const pair = await started(await pairOf(stacks));
      const seen = await pair.observe(
        'script fails',
        async () => pair.a.setFailing(true),
        () => pair.settled('b'),
      );
      expect(seen.gap.outageMs).toBeLessThan(skewMs(100) + SLACK);
      const back = await pair.observe(
        'script recovers',
        async () => pair.a.setFailing(false),
        () => pair.settled('a'),
      );
      expect(back.gap.outageMs).toBeLessThan(NOTHING);
    });
  });
}
