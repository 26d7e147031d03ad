/** The observers see what happens, not what is expected: delay the peer by 500 ms, and the figure moves by 500 ms. */
import { expect, test } from 'vitest';
import { type Observation, pairOf, skewMs } from './harness.ts';

const DELAY = 500;

async function gracefulStop(delayMs: number): Promise<Observation<unknown>> {
  const pair = await pairOf({ a: 'keepalived', b: 'keepalived' });
  await Promise.all([pair.a.start(), pair.b.start()]);
  await pair.settled('a');
  return pair.observe(
    `graceful stop, the peer delayed by ${delayMs} ms`,
    () => Promise.all([pair.b.freeze(delayMs), pair.a.stop()]),
    () => pair.settled('b'),
  );
}

test('a peer that is delayed by 500 ms makes the take-over and the hole 500 ms longer', async () => {
  const [prompt, late] = await Promise.all([gracefulStop(0), gracefulStop(DELAY)]);
  for (const figure of [
    (seen: Observation<unknown>) => seen.takeOverMs!,
    (seen: Observation<unknown>) => seen.gap.outageMs,
  ]) {
    expect(figure(prompt)).toBeGreaterThan(skewMs(100) - 50);
    expect(figure(late) - figure(prompt)).toBeGreaterThan(DELAY - 150);
    expect(figure(late) - figure(prompt)).toBeLessThan(DELAY + 150);
  }
});
