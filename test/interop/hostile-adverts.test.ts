/** A master of priority 100 and adverts of priority 200 that it must not believe: it stays, and counts them by reason. */
import { expect, test } from 'vitest';
import type { InstanceSnapshot } from '../../src/control/snapshot.ts';
import { startProcess } from '../../src/lab/process.ts';
import { bundled } from '../netns/bundled.ts';
import { poll } from '../poll.ts';
import { type Pair, pairOf } from './harness.ts';
import { hostileAdverts, INJECTOR, validAdvert } from './hostile-adverts.ts';

const PASSWORD = 'secret12';

async function master(): Promise<{ pair: Pair; inject(frames: Uint8Array[]): Promise<void> }> {
  const file = await bundled('test/interop/injector.ts');
  const pair = await pairOf({ a: 'hatop', b: 'hatop' }, { priorities: { a: 100, b: 50 }, password: PASSWORD });
  await pair.a.start();
  await pair.settled('a');
  const inject = async (frames: Uint8Array[]): Promise<void> => {
    const hex = frames.map((frame) => Buffer.from(frame).toString('hex'));
    const { namespace } = pair.lab.nodes.client;
    const injector = startProcess([process.execPath, file, pair.lab.interface, ...hex], { namespace });
    expect(await injector.ended, injector.output()).toBe(0);
  };
  return { pair, inject };
}

const settingsOf = ({ lab }: Pair) => ({
  vrid: lab.vrid,
  vip: lab.vip,
  password: PASSWORD,
  target: lab.nodes.a.address,
});

const instance = async (pair: Pair) => (await pair.a.status()).instances[0]!;

type Counters = Readonly<Record<string, number>>;

const grownSince = (counted: Counters, now: InstanceSnapshot): string[] =>
  Object.entries(now.adverts.discarded)
    .filter(([reason, count]) => count !== (counted[reason] ?? 0))
    .map(([reason]) => reason);

/** The engine refreshes its snapshot once a second: what must be counted is waited for. */
async function afterCounting(pair: Pair, counted: Counters, reason: string | null): Promise<InstanceSnapshot> {
  for (const until = Date.now() + 2000; ; ) {
    const now = await instance(pair);
    if (reason === null || grownSince(counted, now).length > 0 || Date.now() > until) return now;
  }
}

test('malformed and foreign adverts change nothing, and each is counted by its reason', async () => {
  const { pair, inject } = await master();
  const before = await instance(pair);
  let counted = before.adverts.discarded;
  const wrong: string[] = [];
  for (const hostile of hostileAdverts(settingsOf(pair))) {
    await inject([hostile.frame]);
    const now = await afterCounting(pair, counted, hostile.counted);
    const grown = grownSince(counted, now);
    counted = now.adverts.discarded;
    const still = now.state === 'master' && now.since === before.since;
    if (!still) wrong.push(`${hostile.name}: believed, the instance is ${now.state} since ${now.since}`);
    // What is not for this router (null) may be counted or not; what is refused must be.
    if (hostile.counted && `${grown}` !== hostile.counted) {
      wrong.push(`${hostile.name}: counted as ${grown.join(', ') || 'nothing'}, not ${hostile.counted}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(await pair.holders()).toEqual(['a']);
});

test('a flood of them does not keep it from sending its own on time', async () => {
  const { pair, inject } = await master();
  const frames = hostileAdverts(settingsOf(pair)).map((hostile) => hostile.frame);
  const before = await instance(pair);
  const begin = Date.now();
  while (Date.now() < begin + 3000) await inject([...frames, ...frames, ...frames]);
  const own = pair.capture.adverts().filter((advert) => advert.from !== INJECTOR && advert.at > begin);
  const intervals = own.slice(1).map((advert, index) => advert.at - own[index]!.at);
  expect(intervals.length).toBeGreaterThanOrEqual(2);
  for (const interval of intervals) expect(Math.abs(interval - 1000)).toBeLessThan(400);
  expect(await instance(pair)).toMatchObject({ state: 'master', since: before.since });
});

test('a valid one of higher priority is believed: it yields, and comes back when nothing follows', async () => {
  const { pair, inject } = await master();
  await inject([validAdvert(settingsOf(pair))]);
  await poll(() => pair.holders(), { timeout: 15_000, interval: 20 }).toEqual([]);
  expect(await instance(pair)).toMatchObject({ state: 'backup' });
  await pair.settled('a');
});

test('a list of addresses that differs counts in the election, and is told of', async () => {
  const { pair, inject } = await master();
  await inject([validAdvert({ ...settingsOf(pair), vip: pair.lab.nodes.s1.address })]);
  await poll(() => pair.holders(), { timeout: 15_000, interval: 20 }).toEqual([]);
  const { adverts } = await instance(pair);
  expect(adverts.discarded['address-list']).toBe(1);
});
