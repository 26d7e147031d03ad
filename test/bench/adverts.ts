/**
 * How evenly a master advertises, and whether its backup bears with a busy machine: hatop and keepalived at the same time,
 * a pair of each on a LAN of its own. First with nothing else of ours, at 10 ms; then with a busy loop on each of two
 * cores, at 100 ms, at 10 ms, and at 10 ms with vrrp_rt_priority 50. By a capture at the bridge. Needs root and
 * keepalived. Arguments: seconds of the first, of the second.
 */
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AdvertSeen, falseFailovers, intervalsOf } from './adverts-seen.ts';
import { table } from './figures.ts';
import { withBusyLoops } from './load.ts';
import { type Instances, type ManyPair, STACKS, startMany } from './many.ts';

interface Case {
  readonly what: string;
  readonly instances: Instances;
}
const case10: Case = { what: '10 ms', instances: { count: 1, seconds: 0.01 } };
const case100: Case = { what: '100 ms', instances: { count: 1, seconds: 0.1 } };
const caseRealtime: Case = { what: '10 ms, realtime', instances: { count: 1, seconds: 0.01, realtime: 50 } };

interface Running extends Case {
  readonly pair: ManyPair;
}

async function startAll(cases: readonly Case[]): Promise<Running[]> {
  const wanted = cases.flatMap((one) => STACKS.map((stack) => ({ ...one, stack })));
  const started = await Promise.allSettled(
    wanted.map(async (one) => ({ ...one, pair: await startMany(one.stack, one.instances) })),
  );
  const running = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = started.find((one) => one.status === 'rejected');
  if (!failed) return running;
  await Promise.all(running.map(({ pair }) => pair.remove()));
  throw failed.reason;
}

async function measure(load: string, cases: readonly Case[], seconds: number, loops: number): Promise<string[][]> {
  const running = await startAll(cases);
  try {
    const stops = await Promise.all(running.map(({ pair }) => pair.capture()));
    await withBusyLoops(loops, seconds, () => sleep(seconds * 1000));
    const captured = await Promise.all(stops.map((stop) => stop()));
    await Promise.all(running.map(({ pair }) => pair.stop()));
    return running.map((one, i) => rowOf(load, one, captured[i] ?? []));
  } finally {
    await Promise.all(running.map(({ pair }) => pair.remove()));
  }
}

function rowOf(load: string, { what, instances, pair }: Running, adverts: readonly AdvertSeen[]): string[] {
  const master = pair.lab.nodes.a.address;
  const { count, mean, p99, longest } = intervalsOf(adverts, master);
  const interval = instances.seconds * 1000;
  const drift = ((mean - interval) * 1000) / interval;
  return [
    load,
    what,
    pair.stack,
    `${count}`,
    `${drift.toFixed(2)} ms`,
    p99.toFixed(2),
    longest.toFixed(1),
    `${falseFailovers(adverts, master, 3 * interval)}`,
  ];
}

const [idle = 30, busy = 60] = process.argv.slice(2).map(Number);
const rows = [['load', 'interval', 'stack', 'n', 'drift a second', '99 %', 'longest', 'false failovers']];
if (idle > 0) rows.push(...(await measure('none of ours', [case10], idle, 0)));
const realtime = spawnSync('chrt', ['--rr', '1', 'true'], { encoding: 'utf8' });
if (realtime.status !== 0) console.log(`without realtime priorities, which are refused: ${realtime.stderr}`);
const cases = [case100, case10, ...(realtime.status === 0 ? [caseRealtime] : [])];
if (busy > 0) rows.push(...(await measure('2 busy loops', cases, busy, 2)));
console.log(`Intervals between advertisements, ms\n\n${table(rows)}`);
