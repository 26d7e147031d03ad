/** One virtual address more on one side, beside a real keepalived, which discards advertisements with another list than its own. */
import { expect, test } from 'vitest';
import { batch } from '../../src/lab/namespaces.ts';
import { wallNow } from '../../src/lab/process.ts';
import { pairOf } from '../interop/harness.ts';
import { poll } from '../poll.ts';

const SECOND = '10.9.0.177';
const SOON = { timeout: 20_000, interval: 50 };
const withSecond = (text: string): string => text.replace(/(virtual_ipaddress \{\n)/, `$1        ${SECOND}/24\n`);

test('as the higher one it names keepalived and the address within two intervals; then a MAC that answers for its address', async () => {
  const pair = await pairOf({ a: 'hatop', b: 'keepalived' });
  const { a, b } = pair.lab.nodes;
  await pair.a.start();
  await pair.settled('a');
  pair.b.rewrite(withSecond);
  await pair.b.start();
  const rival = () => pair.capture.adverts().find(({ source }) => source === b.address);
  await poll(rival, SOON).toBeDefined();
  const said = async (): Promise<string> => JSON.stringify((await pair.a.status()).splitBrain);
  await poll(said, SOON).toMatch(`its list of addresses differs from ours: has ${SECOND} more`);
  expect(await said()).toContain(b.address);
  const event = (await events(pair.a)).find(({ text }) => text.startsWith('SPLIT BRAIN'))!;
  const after = Date.parse(event.at) - rival()!.at;
  console.log(`split brain named ${after.toFixed(0)} ms after the rival's first advertisement`);
  // Two intervals, and what a busy machine takes.
  expect(after).toBeLessThan(3500);
  expect((await pair.a.hatop('why', 'VI_1')).stdout).toMatch(/SPLIT BRAIN: .* advertises too, its list/);
  await pair.b.stop();
  await poll(said, SOON).toBe('[]');

  // Nothing advertises any more, but somebody has the address.
  await batch(pair.b.namespace, [`address add ${pair.lab.vip}/${pair.lab.prefix} dev ${pair.lab.interface}`]);
  await poll(said, { ...SOON, timeout: 30_000 }).toMatch(`it answers ARP for ${pair.lab.vip}`);
  expect(
    pair.capture
      .adverts()
      .filter(({ source }) => source === a.address)
      .at(-1)!.at,
  ).toBeGreaterThan(wallNow() - 4000);
});

test('as the lower one it yields, and there is one master', async () => {
  const pair = await pairOf({ a: 'keepalived', b: 'hatop' });
  pair.b.rewrite(withSecond);
  await pair.b.start();
  await pair.settled('b');
  await pair.a.start();
  await pair.settled('a', 15_000);
  const from = wallNow();
  const own = () => pair.capture.adverts().filter(({ source, at }) => source === pair.lab.nodes.a.address && at > from);
  await poll(() => own().length, SOON).toBeGreaterThan(5);
  expect(pair.capture.adverts().filter(({ source, at }) => source === pair.lab.nodes.b.address && at > from)).toEqual(
    [],
  );
  expect(await pair.holders()).toEqual(['a']);
  expect((await pair.b.status()).instances[0]!.adverts.discarded['address-list']).toBeGreaterThan(4);
});

async function events(director: { hatop(...args: string[]): Promise<{ stdout: string }> }) {
  const { stdout } = await director.hatop('events', '--json', '--limit', '200');
  return stdout.split('\n').flatMap((line) => (line ? [JSON.parse(line) as { at: string; text: string }] : []));
}
