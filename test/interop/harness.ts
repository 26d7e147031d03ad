/** Two directors of any stack on one LAN, watched by a client's prober and a capture, and what they did in one line. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished, vi } from 'vitest';
import { type Capture, startCapture } from '../../src/lab/capture.ts';
import type { PairSettings } from '../../src/lab/configurations.ts';
import { buildLab, type NetnsLab, vipHolders } from '../../src/lab/namespaces.ts';
import { type Gap, gapBetween, startProber } from '../../src/lab/prober.ts';
import { wallNow } from '../../src/lab/process.ts';
import type { DirectorName } from '../../src/lab/topology.ts';
import { type Director, director, type Stack } from './director.ts';

export interface Pair {
  readonly lab: NetnsLab;
  readonly a: Director;
  readonly b: Director;
  readonly capture: Capture;
  /** The kernel's answer: exactly this director has the VIP, and only it has sent adverts lately. */
  settled(on: DirectorName, timeoutMs?: number): Promise<void>;
  holders(): Promise<DirectorName[]>;
  /** Watches the VIP while `action` runs and until `done`; prints what was seen. */
  observe<T>(title: string, action: () => Promise<T>, done: () => Promise<void>): Promise<Observation<T>>;
}

export interface Observation<T> {
  readonly value: T;
  /** When the action began, wall-clock ms, and how long it took itself. */
  readonly at: number;
  readonly actionMs: number;
  /** From there to the first advert (priority above 0) of another sender than before; null: nobody else spoke. */
  readonly takeOverMs: number | null;
  /** The same from the first advert of priority 0; null where none was sent. */
  readonly afterResigningMs: number | null;
  /** From that advert to the first gratuitous ARP for the VIP. */
  readonly garpMs: number | null;
  readonly gap: Gap;
  /** The longest hole and own pause of the prober before anything happened. */
  readonly noise: Gap;
}

/** v2 and 1 s, unless said: what a backup waits before it takes over, ms. */
export const skewMs = (priority: number): number => ((256 - priority) / 256) * 1000;
export const masterDownMs = (priority: number, adverInterval = 1): number => 3000 * adverInterval + skewMs(priority);

const NOISE_MS = 700;

/** Builds a pair for this test; everything goes when it ends. Directors are not started yet. */
export async function pairOf(stacks: { a: Stack; b: Stack }, settings: PairSettings = {}): Promise<Pair> {
  const lab = await buildLab();
  onTestFinished(() => lab.remove());
  const folder = await mkdtemp(join(tmpdir(), 'hatop-pair-'));
  lab.reaper.directory(folder);
  const full = { adverInterval: 1, ...settings };
  const a = director(lab, folder, 'a', stacks.a, full);
  const b = director(lab, folder, 'b', stacks.b, full);
  const capture = await startCapture(lab);
  const holders = (): Promise<DirectorName[]> => vipHolders(lab);
  const quietMs = full.adverInterval * 1000 + 200;
  const settled = (on: DirectorName, timeoutMs = masterDownMs(0, full.adverInterval) + 6000): Promise<void> =>
    vi.waitFor(
      async () => {
        const senders = new Set(
          capture.adverts().flatMap((advert) => (advert.at > wallNow() - quietMs ? [advert.source] : [])),
        );
        const seen = `${await holders()} | ${[...senders]}`;
        const log = [...a.logSince(0).slice(-12), ...b.logSince(0).slice(-12)].join('\n');
        if (seen !== `${on} | ${lab.nodes[on].address}`) throw new Error(`not ${on} alone: ${seen}\n${log}`);
      },
      { timeout: timeoutMs, interval: 50 },
    );
  return {
    lab,
    a,
    b,
    capture,
    settled,
    holders,
    observe: (title, action, done) => observe({ lab, a, b, capture }, title, action, done),
  };
}

type Watched = Pick<Pair, 'lab' | 'a' | 'b' | 'capture'>;

async function observe<T>(
  pair: Watched,
  title: string,
  action: () => Promise<T>,
  done: () => Promise<void>,
): Promise<Observation<T>> {
  const prober = await startProber(pair.lab);
  await sleep(300);
  const begin = wallNow();
  await sleep(NOISE_MS);
  const at = wallNow();
  const value = await action();
  const actionMs = wallNow() - at;
  await done();
  const end = wallNow();
  const records = await prober.finish();
  const observation = {
    value,
    at,
    actionMs,
    ...takeOver(pair, at),
    // A daemon that obeys within a millisecond leaves no answer of the old master after the action: who answered is
    // asked of the time before it, too.
    gap: { ...gapBetween(records, at, end), answeredBy: gapBetween(records, begin, end).answeredBy },
    noise: gapBetween(records, begin, at),
  };
  console.log(describe(pair, title, observation));
  return observation;
}

type TakeOver = Pick<Observation<unknown>, 'takeOverMs' | 'afterResigningMs' | 'garpMs'>;

function takeOver({ lab, capture }: Watched, at: number): TakeOver {
  const adverts = capture.adverts();
  const before = adverts.filter((advert) => advert.at <= at).at(-1)?.source;
  const since = adverts.filter((advert) => advert.at > at);
  const first = since.find((advert) => advert.priority > 0 && advert.source !== before);
  if (!first) return { takeOverMs: null, afterResigningMs: null, garpMs: null };
  const resigned = since.find((advert) => advert.priority === 0);
  const garp = capture
    .sightings()
    .find(
      (seen) =>
        seen.kind === 'arp' && seen.gratuitous && seen.address === lab.vip && seen.from === first.from && seen.at > at,
    );
  return {
    takeOverMs: first.at - at,
    afterResigningMs: resigned ? first.at - resigned.at : null,
    garpMs: garp ? garp.at - first.at : null,
  };
}

const ms = (value: number | null): string => (value === null ? '-' : `${value.toFixed(1)} ms`);

function describe<T>(pair: Watched, title: string, seen: Observation<T>): string {
  const { gap, noise } = seen;
  const logs = [pair.a, pair.b].flatMap((one) =>
    withoutRepetitions(one.logSince(seen.at)).map((line) => `    ${one.name} ${one.stack}: ${line}`),
  );
  return [
    `${pair.a.stack} a, ${pair.b.stack} b: ${title}`,
    `    take-over ${ms(seen.takeOverMs)}, after priority 0 ${ms(seen.afterResigningMs)}, advert to GARP ${ms(seen.garpMs)}, answered by ${gap.answeredBy.join(' then ')}`,
    `    client's outage ${ms(gap.outageMs)}, hole ${ms(gap.holeMs)}, lost ${gap.lost} of ${gap.sent}; before: hole ${ms(noise.holeMs)}, lost ${noise.lost}; own pause ${ms(gap.ownPauseMs)}`,
    ...logs,
  ].join('\n');
}

/** keepalived says each gratuitous ARP; its dates have seconds only. */
const withoutRepetitions = (lines: readonly string[]): string[] =>
  lines
    .map((line) => line.replace(/^\w{3} \w{3} +\d+ [\d:]{8} \d{4}: /, ''))
    .filter((line, index, all) => line !== all[index - 1]);
