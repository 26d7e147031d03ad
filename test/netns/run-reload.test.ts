/** A reload beside a real keepalived: what the wire, the kernel and the peer's log saw of it. */
import { expect, test } from 'vitest';
import { wallNow } from '../../src/lab/process.ts';
import { type Pair, pairOf } from '../interop/harness.ts';
import { poll } from '../poll.ts';

const SECOND = '10.9.0.177';
const SOON = { timeout: 15_000, interval: 50 };
const withSecond = (text: string): string => text.replace(/(virtual_ipaddress \{\n)/, `$1        ${SECOND}/24\n`);

/** The longest time between two advertisements of `a` since `from`, ms, and their priorities. */
function advertsOf(pair: Pair, from: number): { readonly longestMs: number; readonly priorities: number[] } {
  const own = pair.capture.adverts().filter(({ source, at }) => source === pair.lab.nodes.a.address && at > from);
  return {
    longestMs: Math.max(...own.slice(1).map(({ at }, i) => at - own[i]!.at)),
    priorities: own.map(({ priority }) => priority),
  };
}

test('a master that reloads beside keepalived misses no advertisement, changes no state, and has its new address', async () => {
  const pair = await pairOf({ a: 'hatop', b: 'keepalived' });
  await pair.a.start();
  await pair.settled('a');
  await pair.b.start();
  const from = wallNow();
  const holds = async (): Promise<boolean> =>
    (await pair.a.status()).instances[0]!.virtualAddresses.some(
      ({ address, present }) => address.startsWith(SECOND) && present === true,
    );

  // keepalived discards advertisements with another list of addresses than its own: both must have it within its master-down time.
  pair.b.rewrite(withSecond);
  pair.a.rewrite((text) => withSecond(text).replace('priority 254', 'priority 250'));
  pair.a.hangUp();
  pair.b.hangUp();
  await poll(holds, SOON).toBe(true);
  await poll(() => advertsOf(pair, from).priorities, SOON).toContain(250);

  // What is wrong is said with its line, and changes nothing.
  pair.a.rewrite((text) => text.replace('priority 250', 'priority 999'));
  const refused = await pair.a.hatop('reload', '--yes');
  expect(refused.status).toBe(2);
  expect(refused.stdout).toMatch(/BLOCK.*a\.conf:\d+:\d+: error: .*999/);
  expect((await pair.a.status()).instances[0]!.priority.base).toBe(250);

  // And back again, by the command line.
  pair.a.rewrite((text) => text.replace(`        ${SECOND}/24\n`, '').replace('priority 999', 'priority 254'));
  pair.b.rewrite((text) => text.replace(`        ${SECOND}/24\n`, ''));
  const shown = await pair.a.hatop('reload', '--dry-run');
  expect(shown.stdout).toMatch(new RegExp(`in place, no election.*${SECOND}`));
  const done = await pair.a.hatop('reload', '--yes');
  pair.b.hangUp();
  expect(done.status, done.stderr).toBe(0);
  expect(await holds()).toBe(false);
  // Longer than the peer waits for a master.
  const heard = advertsOf(pair, from).priorities.length;
  await poll(() => advertsOf(pair, from).priorities.length, SOON).toBeGreaterThan(heard + 4);
  await pair.settled('a');

  const { longestMs, priorities } = advertsOf(pair, from);
  console.log(`longest time between two advertisements over three reloads: ${longestMs.toFixed(1)} ms`);
  expect(longestMs).toBeLessThan(1900);
  expect([...new Set(priorities)].sort()).toEqual([250, 254]);
  expect(pair.capture.adverts().filter(({ source }) => source === pair.lab.nodes.b.address)).toEqual([]);
  const log = pair.a.logSince(from).join('\n');
  expect(log).not.toMatch(/ → (backup|fault|initialize)/);
  expect(pair.b.logSince(from).join('\n')).not.toMatch(/Entering MASTER/);
});
