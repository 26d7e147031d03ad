/**
 * The classic LVS-DR pair in a kernel with IPVS: wrr 3:1, HTTP checks, VRRPv2 with priorities 254 and 100; a client in a
 * loop while directors are stopped, killed and failed over. Who is at fault is judged by what the client saw.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Stack } from '../interop/director.ts';
import { bundle } from './bundle.ts';
import { buildHatop } from './hatop.ts';
import { failures, INTERVAL_MS, type Noticed, noticed, type PairRecord, type Step, summary } from './pair-record.ts';
import { runGuest } from './uml.ts';

/** What a slow guest on a busy machine may add, ms: it has been seen to stand still for a second. */
const SLACK = 1500;
const SKEW = ((256 - 100) / 256) * 1000;
const MASTER_DOWN = 3000 + SKEW;
/**
 * Requests that meet the very instant of a hand-over, one or, where the guest stands still then, some more: the first packet comes between
 * the successor's advertisement and its gratuitous ARP, or the connection stands already and the successor does not know it.
 */
const IN_THE_INSTANT = 3;
/** How many requests of the loop fall into so many ms. */
const requestsIn = (ms: number): number => Math.ceil(ms / INTERVAL_MS);

const table = (...destinations: [octet: number, weight: number][]): string =>
  ['-A -t 10.77.0.100:80 -s wrr']
    .concat(destinations.map(([octet, weight]) => `-a -t 10.77.0.100:80 -r 10.77.0.${octet}:80 -g -w ${weight}`))
    .join('\n');
const WHOLE = table([21, 3], [22, 1]);
const WITHOUT_SECOND = table([21, 3]);
const DRAINED = table([21, 3], [22, 0]);
const EMPTY = '';

const hatop = buildHatop();
afterAll(() => hatop.remove());

async function runPair(a: Stack, b: Stack): Promise<PairRecord> {
  const { output, files } = await runGuest({
    files: { 'pair.mjs': await bundle('guest-pair.ts'), 'client.mjs': await bundle('guest-client.ts') },
    script: `ln -s ${hatop.folder}/actors actors; HATOP_BIN=${hatop.folder}/main.js node pair.mjs ${a} ${b}`,
    timeoutMs: 180_000,
  });
  const record = files.get('record.json');
  if (record === undefined) throw new Error(`the pair did not get through its course:\n${output}`);
  return JSON.parse(record) as PairRecord;
}

describe.each([
  { a: 'hatop', b: 'hatop' },
  { a: 'hatop', b: 'keepalived' },
  { a: 'keepalived', b: 'hatop' },
] as const)('A $a, B $b', ({ a, b }) => {
  let record: PairRecord;
  beforeAll(async () => {
    record = await runPair(a, b);
    console.log(summary(record));
  }, 200_000);

  const stepOf = (title: string): Step & Noticed & { readonly story: string } => {
    const step = record.steps.find((each) => each.title === title);
    if (!step) throw new Error(`no step ${title}`);
    const story = [title, summary(record), ...failures(record, step), ...step.log].join('\n');
    expect(step.log[0] ?? '', story).not.toMatch(/^FAILED/);
    return { ...step, ...noticed(record, step), story };
  };

  test('one of them has the VIP, both have the same table, and requests are shared 3:1', () => {
    const { holders, tables, story } = stepOf('nothing happens');
    expect({ holders, tables, shares: record.shares }, story).toEqual({
      holders: ['a'],
      tables: { a: [WHOLE], b: [WHOLE] },
      shares: { s1: 30, s2: 10 },
    });
  });

  test('the master is stopped: its peer has the VIP after the skew', () => {
    const { holders, tables, failed, holeMs, story } = stepOf('A is stopped');
    expect({ holders, tables }, story).toEqual({ holders: ['b'], tables: { a: [WHOLE, EMPTY], b: [WHOLE] } });
    expect(failed, story).toBeGreaterThan(0);
    expect(failed, story).toBeLessThanOrEqual(requestsIn(SKEW + SLACK));
    expect(holeMs, story).toBeLessThan(SKEW + SLACK + INTERVAL_MS);
  });

  test('the master is killed: its peer has the VIP after the master-down time', () => {
    const { holders, tables, silence, failed, holeMs, story } = stepOf('A is killed, its VIP flushed');
    expect({ holders, tables }, story).toEqual({ holders: ['b'], tables: { a: [WHOLE], b: [WHOLE] } });
    // How long depends on how old the last advertisement is, and on how soon the flush comes after the death.
    expect(silence, story).toBeGreaterThan(0);
    expect(failed, story).toBeLessThanOrEqual(requestsIn(MASTER_DOWN + SLACK));
    expect(holeMs, story).toBeLessThan(MASTER_DOWN + SLACK + INTERVAL_MS);
  });

  test.each(['A starts, takes it back', 'A starts again, takes it back'])('%s: no client is turned away', (title) => {
    const { holders, tables, refused, failed, story } = stepOf(title);
    expect({ holders, b: tables.b, a: tables.a.at(-1) }, story).toEqual({ holders: ['a'], b: [WHOLE], a: WHOLE });
    expect(refused, story).toBe(0);
    expect(failed, story).toBeLessThanOrEqual(IN_THE_INSTANT);
  });

  const planned = a === 'hatop' ? [['failover', 'b'] as const, ['failback', 'a'] as const] : [];
  test.for(planned)('%s: no client is turned away, and the tables do not change', ([title, to]) => {
    const { holders, tables, refused, failed, story } = stepOf(title);
    expect({ holders, tables }, story).toEqual({ holders: [to], tables: { a: [WHOLE], b: [WHOLE] } });
    expect(refused, story).toBe(0);
    expect(failed, story).toBeLessThanOrEqual(IN_THE_INSTANT);
  });

  test('a drain survives its engine’s death: the kernel’s weight is 0 throughout, the peer’s table is its own', () => {
    const backup = a === 'hatop' ? 'a' : 'b';
    const peer = a === 'hatop' ? 'b' : 'a';
    const drain = stepOf('drain on the backup');
    const killed = stepOf('the backup is killed and starts');
    const enable = stepOf('enable on the backup');
    expect(drain.tables, drain.story).toMatchObject({ [backup]: [WHOLE, DRAINED], [peer]: [WHOLE] });
    expect(killed.tables, killed.story).toMatchObject({ [backup]: [DRAINED], [peer]: [WHOLE] });
    expect(enable.tables, enable.story).toMatchObject({ [backup]: [DRAINED, WHOLE], [peer]: [WHOLE] });
    for (const { holders, failed, story } of [drain, killed, enable]) {
      expect({ holders, failed }, story).toEqual({ holders: [peer], failed: 0 });
    }
  });

  test('a server stops while the VIP moves: it leaves both tables, and comes back into both', () => {
    const stops = stepOf('a server stops while A gives up');
    expect({ a: stops.tables.a.at(-1), b: stops.tables.b }, stops.story).toEqual({
      a: WITHOUT_SECOND,
      b: [WHOLE, WITHOUT_SECOND],
    });
    expect(stops.silence, stops.story).toBeLessThanOrEqual(a === 'hatop' ? IN_THE_INSTANT : requestsIn(SKEW + SLACK));
    const back = stepOf('the server is back');
    expect(back.tables, back.story).toEqual({ a: [WITHOUT_SECOND, WHOLE], b: [WITHOUT_SECOND, WHOLE] });
    expect(back.failed, back.story).toBe(0);
  });

  test('both are stopped: nobody has the VIP, both tables are empty', () => {
    const { holders, tables, story } = stepOf('both are stopped');
    expect({ holders, a: tables.a.at(-1), b: tables.b.at(-1) }, story).toEqual({ holders: [], a: EMPTY, b: EMPTY });
  });
});
