/** What happens to a pair of the matrix, one after the other: who is master then, in what order they spoke. */
import { expect, vi } from 'vitest';
import { wallNow } from '../../../src/lab/process.ts';
import type { DirectorName } from '../../../src/lab/topology.ts';
import type { World } from './world.ts';

export interface Happened {
  readonly event: string;
  /** Every change of the sender and every priority 0, in the order of the wire: `a200 a0 b100`. */
  readonly wire: string;
  readonly log: readonly string[];
}

type Event = (world: World) => Promise<void>;

/** From `a` as the only master back to `a` as the only master, each. */
export const EVENTS: Readonly<Record<string, Event>> = {
  async planned(world) {
    await (world.a.stack === 'hatop' ? pushAndFailBack(world) : takeOverAndPush(world));
  },

  async FAULT(world) {
    world.a.setFailing(true);
    await world.settled('b');
    world.a.setFailing(false);
    await comeHome(world);
  },

  async stop(world) {
    await world.a.stop();
    await world.settled('b');
    await world.a.start();
    await comeHome(world);
  },

  async crash(world) {
    await world.a.crash();
    await advertises(world, 'b');
    // The dead one's kernel goes on holding the addresses until its next start.
    await until(async () => expect(await world.holders()).toEqual(['a', 'b']));
    await world.a.start();
    await comeHome(world);
  },

  async 'link down'(world) {
    await world.setPlugged('a', false);
    await advertises(world, 'b');
    // It cannot see that nobody hears it; when it is heard again the lower one yields, also with nopreempt.
    await world.setPlugged('a', true);
    await world.settled('a');
  },

  async 'one VIP more'(world) {
    const before = wallNow();
    await world.restart('b', { oneMore: true });
    if (world.a.stack === 'hatop') {
      // keepalived refuses the shorter list, and is master as well. The higher hatop stays, and names the cause.
      await world.settled('a', 'b');
      await until(async () => expect(await causes(world)).toMatch(/list of addresses differs/));
      expect(world.b.logSince(before).join('\n')).toMatch(/expected|not present|unexpected/i);
    } else {
      // hatop counts the advertisement, and stays backup.
      await until(async () => expect(await discards(world)).toBeGreaterThan(2));
      await world.settled('a');
    }
    await world.restart('b');
    await ready(world);
    await world.settled('a');
  },
};

/** Without preemption whoever came stays: the test itself sends it home. */
async function comeHome(world: World): Promise<void> {
  if (!world.cell.preempt) {
    await world.settled('b');
    await world.b.stop();
    await world.settled('a');
    await world.b.start();
  }
  await world.settled('a');
}

/** A hatop that has just been started is in fault until its script has answered, and has no link-local address at first. */
export async function ready({ b }: World): Promise<void> {
  if (b.stack !== 'hatop') return;
  await until(async () => expect((await b.status()).instances[0]?.state).toBe('backup'));
}

/** `expect.poll` knows one test at a time, and these run beside each other. */
const until = (assertion: () => Promise<void>): Promise<void> =>
  vi.waitFor(assertion, { timeout: 30_000, interval: 50 });

/** Whatever its predecessor's kernel holds. */
async function advertises({ capture, sentBy }: World, name: DirectorName): Promise<void> {
  const from = wallNow();
  const heard = (): boolean => capture.adverts().some((advert) => advert.at > from && sentBy(advert.from) === name);
  await until(async () => expect(heard()).toBe(true));
}

async function pushAndFailBack(world: World): Promise<void> {
  await command(world, 'a', 'failover', 'VI_1', '--yes');
  await world.settled('b');
  await command(world, 'a', 'failback', 'VI_1', '--yes');
  await world.settled('a');
}

/** keepalived has no word for it: hatop, its backup, takes over on request, and hands back by its own silent push. */
async function takeOverAndPush(world: World): Promise<void> {
  await command(world, 'b', 'failover', 'VI_1', '--yes');
  await world.settled('b');
  await command(world, 'b', 'failover', 'VI_1', '--yes');
  await world.settled('a');
  await command(world, 'b', 'activate', 'VI_1', '--yes');
  await world.settled('a');
}

async function command(world: World, name: DirectorName, ...words: string[]): Promise<void> {
  const { status, stdout, stderr } = await world[name].hatop(...words);
  expect(status, `hatop ${words.join(' ')}: ${stdout}${stderr}`).toBe(0);
}

const causes = async ({ a }: World): Promise<string> => JSON.stringify((await a.status()).splitBrain);
const discards = async ({ b }: World): Promise<number> =>
  (await b.status()).instances[0]?.adverts.discarded['address-list'] ?? 0;

export function wireOf({ capture, sentBy }: World, from: number): string {
  return capture
    .adverts()
    .filter(({ at }) => at > from)
    .map(({ from: mac, priority }) => `${sentBy(mac)}${priority}`)
    .filter((word, index, all) => word !== all[index - 1])
    .join(' ');
}
