/**
 * Many virtual routers on one interface in one process, hatop and keepalived in turn: 250 at 100 ms (CPU of master and
 * backup, memory), then 50 at 10 ms. How often a backup took over from a master that was there, by a capture at the
 * bridge. Needs root and keepalived. Arguments: rounds, seconds of each at 100 ms, seconds of each at 10 ms.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { DIRECTORS, type DirectorName } from '../../src/lab/topology.ts';
import { type AdvertSeen, falseFailovers, intervalsOf } from './adverts-seen.ts';
import { median, spread, table } from './figures.ts';
import { usedBy } from './load.ts';
import { type Instances, type ManyPair, STACKS, type Stack, startMany } from './many.ts';

interface Seen {
  /** Percent of one core, a figure a second. */
  readonly cpu: { readonly [name in DirectorName]: number[] };
  readonly rssMb: { readonly [name in DirectorName]: number[] };
  readonly p99: number[];
  readonly longest: number[];
  falseOnes: number;
}
type Found = { readonly [stack in Stack]: Seen };

const nothing = (): Seen => ({ cpu: { a: [], b: [] }, rssMb: { a: [], b: [] }, p99: [], longest: [], falseOnes: 0 });

async function watch(pair: ManyPair, seconds: number, seen: Seen): Promise<void> {
  let before = { at: performance.now(), use: bothUsed(pair) };
  for (let second = 0; second < seconds; second++) {
    await sleep(1000);
    const now = { at: performance.now(), use: bothUsed(pair) };
    for (const name of DIRECTORS) {
      seen.cpu[name].push(((now.use[name].cpuMs - before.use[name].cpuMs) / (now.at - before.at)) * 100);
    }
    before = now;
  }
  for (const name of DIRECTORS) seen.rssMb[name].push(before.use[name].rssMb);
}

const bothUsed = ({ lives }: ManyPair) => ({ a: usedBy(lives.a.pid), b: usedBy(lives.b.pid) });

function count(adverts: readonly AdvertSeen[], pair: ManyPair, instances: Instances, seen: Seen): void {
  const master = pair.lab.nodes.a.address;
  const { p99, longest } = intervalsOf(adverts, master);
  seen.p99.push(p99);
  seen.longest.push(longest);
  seen.falseOnes += falseFailovers(adverts, master, instances.seconds * 1000 * 3);
}

async function inTurn(instances: Instances, rounds: number, seconds: number): Promise<Found> {
  const found: Found = { hatop: nothing(), keepalived: nothing() };
  for (let round = 0; round < rounds; round++) {
    for (const stack of round % 2 === 0 ? STACKS : [...STACKS].reverse()) {
      const pair = await startMany(stack, instances);
      try {
        const captured = await pair.capture();
        await watch(pair, seconds, found[stack]);
        count(await captured(), pair, instances, found[stack]);
        await pair.stop();
      } finally {
        await pair.remove();
      }
      process.stderr.write('.');
    }
  }
  process.stderr.write('\n');
  return found;
}

function rowsOf(what: string, found: Found): string[][] {
  const row = (stack: Stack): string[] => {
    const { cpu, rssMb, p99, longest, falseOnes } = found[stack];
    const memory = DIRECTORS.map((name) => median(rssMb[name]).toFixed(0)).join(' / ');
    const gaps = `${median(p99).toFixed(1)} / ${Math.max(...longest).toFixed(0)}`;
    return [what, stack, `${cpu.a.length}`, spread(cpu.a, 1), spread(cpu.b, 1), memory, gaps, `${falseOnes}`];
  };
  const ratio = (name: DirectorName): string =>
    (median(found.hatop.cpu[name]) / median(found.keepalived.cpu[name])).toFixed(2);
  return [...STACKS.map(row), [what, 'ratio of medians', '', ratio('a'), ratio('b'), '', '', '']];
}

const HEAD = [
  'instances',
  'stack',
  's',
  'CPU of the master, %',
  'of the backup, %',
  'MB',
  '99 % / longest interval',
  'false',
];

const [rounds = 4, slow = 6, fast = 15] = process.argv.slice(2).map(Number);
const rows = [HEAD];
if (slow > 0) rows.push(...rowsOf('250 at 100 ms', await inTurn({ count: 250, seconds: 0.1 }, rounds, slow)));
if (fast > 0) rows.push(...rowsOf('50 at 10 ms', await inTurn({ count: 50, seconds: 0.01 }, rounds, fast)));
console.log(`CPU: median / 95 % / largest second; MB: master / backup; intervals in ms\n\n${table(rows)}`);
