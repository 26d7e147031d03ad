/** The observers see what happens, not what is expected: delay the peer by 500 ms, and the figure moves by 500 ms. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { poll } from '../poll.ts';
import { type Observation, pairOf, skewMs } from './harness.ts';

const DELAY = 500;

async function gracefulStop(delayMs: number): Promise<Observation<unknown>> {
  const pair = await pairOf({ a: 'keepalived', b: 'keepalived' });
  await Promise.all([pair.a.start(), pair.b.start()]);
  await pair.settled('a');
  return pair.observe(
    `graceful stop, the peer delayed by ${delayMs} ms`,
    async () => {
      // Frozen first: what the master says at its end waits in the peer's socket.
      const thaw = pair.b.freeze();
      const stopping = pair.a.stop();
      await poll(() => pair.capture.adverts().at(-1)?.priority, { interval: 5, timeout: 15_000 }).toBe(0);
      await sleep(delayMs);
      thaw();
      await stopping;
    },
    () => pair.settled('b'),
  );
}

test('a peer that is delayed by 500 ms makes the take-over and the hole 500 ms longer', async () => {
  const [prompt, late] = await Promise.all([gracefulStop(0), gracefulStop(DELAY)]);
  for (const figure of [
    (seen: Observation<unknown>) => seen.takeOverMs!,
    (seen: Observation<unknown>) => seen.gap.outageMs,
  ]) {
    expect(figure(prompt)).toBeGreaterThan(skewMs(100) - 100);
    expect(figure(late) - figure(prompt)).toBeGreaterThan(DELAY - 300);
    expect(figure(late) - figure(prompt)).toBeLessThan(DELAY + 300);
  }
});
