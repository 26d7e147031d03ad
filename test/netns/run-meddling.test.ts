/** Others who meddle with what the engine holds, seen by the kernel's own reports. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { batch } from '../../src/lab/namespaces.ts';
import { type LabProcess, startProcess } from '../../src/lab/process.ts';
import { pairOf } from '../interop/harness.ts';
import { poll } from '../poll.ts';
import { type Machine, machine, SOON, VIP } from './run-support.ts';

interface Change {
  /** Wall-clock ms as `ip -ts monitor` stamps it. */
  readonly at: number;
  readonly kind: 'added' | 'removed';
}

async function watchVip({ namespace }: Machine): Promise<() => Change[]> {
  const monitor = startProcess(['ip', '-ts', 'monitor', 'address'], { namespace });
  // It says nothing when it is ready: what it reports shows that it is.
  await poll(async () => {
    await batch(namespace, ['address add 10.9.1.1/32 dev lo', 'address del 10.9.1.1/32 dev lo']);
    return monitor.lines.length;
  }, SOON).toBeGreaterThan(0);
  return () => changes(monitor);
}

const changes = ({ lines }: LabProcess): Change[] =>
  lines.flatMap(({ text }) => {
    const found = /^\[(?<at>[^\]]+)\] (?<deleted>Deleted )?\d+: eth0 +inet (?<address>[\d.]+)/.exec(text)?.groups;
    if (found?.address !== VIP) return [];
    return [{ at: Date.parse(`${found.at}Z`), kind: found.deleted ? 'removed' : 'added' }];
  });

const takeAway = ({ namespace }: Machine) => batch(namespace, [`address del ${VIP}/24 dev eth0`]);

describe.concurrent('a virtual address that somebody takes away', () => {
  test('is back within 100 ms, it is in the journal, and there is no election', async ({ onTestFinished }) => {
    const here = await machine(onTestFinished);
    await here.master();
    const [seen, adverts] = [await watchVip(here), await here.watchAdverts()];
    const waits: number[] = [];
    // Twice, for the better one: somebody else's load is not ours to answer for.
    for (const times of [1, 2]) {
      await takeAway(here);
      await poll(() => seen().length, SOON).toBe(2 * times);
      const [removed, added] = seen().slice(-2);
      expect([removed!.kind, added!.kind]).toEqual(['removed', 'added']);
      waits.push(added!.at - removed!.at);
    }
    expect(Math.min(...waits)).toBeLessThan(100);
    await poll(() => adverts().length, { timeout: 15_000 }).toBeGreaterThan(2);
    expect(new Set(adverts())).toEqual(new Set([254]));
    const since = (await here.journal()).filter(({ text }) => !text.includes('→'));
    expect(since.map(({ text, kind, subject }) => `${subject} ${kind}: ${text}`)).toContain(
      `VI_1 address: ${VIP} was removed by somebody else; put back`,
    );
    const transitions = (await here.journal()).filter(({ kind }) => kind === 'transition');
    expect(transitions).toHaveLength(2);
  });

  test('three times in ten seconds is not fought for: who it may be is said, and ten seconds later tried again', async ({
    onTestFinished,
  }) => {
    const here = await machine(onTestFinished);
    await here.master();
    const seen = await watchVip(here);
    const kinds = (): string[] => seen().map(({ kind }) => kind);
    for (const times of [1, 2]) {
      await takeAway(here);
      await poll(() => kinds().filter((kind) => kind === 'added'), SOON).toHaveLength(times);
    }
    await takeAway(here);
    const culprit = async (): Promise<string> => (await here.journal()).map(({ text }) => text).join('\n');
    await poll(culprit, SOON).toContain('Usually NetworkManager or systemd-networkd manages eth0');
    expect(here.holdsVip()).toBe(false);
    expect((await here.status()).instances[0]).toMatchObject({
      state: 'master',
      virtualAddresses: [{ address: `${VIP}/24`, present: false }],
    });
    await poll(() => kinds().length, { timeout: 15_000 }).toBe(6);
    expect(here.holdsVip()).toBe(true);
    const [third, fourth] = seen().slice(-2);
    expect(fourth!.at - third!.at).toBeGreaterThan(9900);
    expect(fourth!.at - third!.at).toBeLessThan(11_000);
  });
});

test.concurrent('a link that goes down takes the address with it, and up again makes a backup first', async ({
  onTestFinished,
}) => {
  const here = await machine(onTestFinished);
  await here.master();
  await batch(here.namespace, ['link set eth0 down']);
  await poll(async () => (await here.status()).instances[0]?.state, SOON).toBe('fault');
  expect(here.holdsVip()).toBe(false);
  expect((await here.status()).instances[0]).toMatchObject({ faults: [expect.stringContaining('eth0 is down')] });
  await batch(here.namespace, ['link set eth0 up']);
  const states = async (): Promise<string[]> =>
    (await here.journal()).flatMap(({ kind, text }) => (kind === 'transition' ? [text.split(':')[0] ?? ''] : []));
  await poll(states, { timeout: 15_000 }).toEqual([
    'initialize → backup',
    'backup → master',
    'master → fault',
    'fault → backup',
    'backup → master',
  ]);
  expect(here.holdsVip()).toBe(true);
});

test('a master that slept while another took over: in the end exactly one holds the address', async () => {
  const pair = await pairOf({ a: 'hatop', b: 'hatop' });
  await pair.a.start();
  await pair.settled('a');
  await pair.b.start();
  const thaw = pair.a.freeze();
  await sleep(5000);
  thaw();
  await pair.settled('a');
  expect(await pair.holders()).toEqual(['a']);
});
