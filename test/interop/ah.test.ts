/** `auth_type AH` on real packets, with a real keepalived: heard and believed both ways, and refused by name. */
import { expect, test } from 'vitest';
import { poll } from '../poll.ts';
import type { Stack } from './director.ts';
import { type Pair, pairOf } from './harness.ts';

const SOON = { timeout: 20_000, interval: 100 };

async function withHeader(stacks: { a: Stack; b: Stack }): Promise<Pair> {
  const pair = await pairOf(stacks, { nopreempt: stacks.a === 'keepalived' ? [] : ['b'] });
  for (const one of [pair.a, pair.b]) one.rewrite((text) => text.replace('auth_type PASS', 'auth_type AH'));
  return pair;
}

const lines = (pair: Pair, name: 'a' | 'b'): string => pair[name].logSince(0).join('\n');

/** hatop takes over from keepalived, gives back in its skew, and with another password is not believed. */
async function hatopIsHigher(): Promise<void> {
  const pair = await withHeader({ a: 'hatop', b: 'keepalived' });
  await pair.b.start();
  await pair.settled('b');
  await pair.a.start();
  const discarded = async () => (await pair.a.status()).instances[0]!.adverts.discarded;
  await pair.settled('a', 20_000);
  expect(await discarded()).toEqual({});
  expect(lines(pair, 'b')).toMatch(/Master received advert from \S+ with higher priority 254/);
  await pair.a.stop();
  await poll(() => pair.holders(), { timeout: 15_000, interval: 20 }).toEqual(['b']);
  expect(lines(pair, 'b')).not.toMatch(/IPSEC-AH : (invalid|sequence)/);
  pair.a.rewrite((text) => text.replace('auth_pass secret12', 'auth_pass another'));
  await pair.a.start();
  await poll(discarded, SOON).toMatchObject({ 'auth-fail': expect.any(Number) });
  await poll(() => lines(pair, 'b'), SOON).toMatch(/IPSEC-AH : invalid/);
  expect(lines(pair, 'a')).not.toMatch(/secret12|another1/);
}

/** keepalived takes over from hatop and gives back; with another password it is named. */
async function keepalivedIsHigher(): Promise<void> {
  const pair = await withHeader({ a: 'keepalived', b: 'hatop' });
  await pair.b.start();
  await pair.settled('b');
  await pair.a.start();
  await pair.settled('a', 20_000);
  expect(lines(pair, 'a')).not.toMatch(/IPSEC-AH : (invalid|sequence)/);
  await pair.a.stop();
  await poll(() => pair.holders(), { timeout: 15_000, interval: 20 }).toEqual(['b']);
  expect((await pair.b.status()).instances[0]!.adverts.discarded).toEqual({});
  pair.a.rewrite((text) => text.replace('auth_pass secret12', 'auth_pass another'));
  await pair.a.start();
  // It believes nobody and becomes master: we hear it say so.
  await poll(() => lines(pair, 'b'), SOON).toMatch(/SPLIT BRAIN.*authentication: theirs another password, ours ours/);
  expect(lines(pair, 'b')).not.toMatch(/secret12/);
}

// Both at once: most of it is waiting for elections of version 2, which has whole seconds.
test('hatop above keepalived and keepalived above hatop, each taking over from the other; another password is refused by name', async () => {
  await Promise.all([hatopIsHigher(), keepalivedIsHigher()]);
});
