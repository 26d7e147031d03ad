/**
 * How long hatop and keepalived take from their deadline to the first advertisement, the virtual address and the first
 * gratuitous ARP. Both run on one LAN, each with a virtual router of its own, and take turns. The master they lose is
 * a rival that speaks for it: it resigns (priority 0), or falls silent. A capture at the bridge and `ip monitor` tell
 * what happened; needs root and keepalived. Arguments: trials of a resigning master, of a silent one, of fresh processes.
 */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Capture, startCapture } from '../../src/lab/capture.ts';
import { buildLab, type NetnsLab } from '../../src/lab/namespaces.ts';
import { type LabProcess, startProcess, wallNow } from '../../src/lab/process.ts';
import { median, spread, table } from './figures.ts';

type Stack = 'hatop' | 'keepalived';
const STACKS = ['hatop', 'keepalived'] as const;

/** One stack with the virtual router that it alone takes part in. */
interface Taker {
  readonly stack: Stack;
  readonly vrid: number;
  readonly vips: readonly string[];
  readonly address: string;
  readonly monitor: LabProcess;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** All in ms. */
interface Trial {
  /** From the deadline to the first advertisement. */
  readonly late: number;
  readonly toAddress: number;
  readonly toGarp: number;
}

const PRIORITY = 100;
const SKEW = ((256 - PRIORITY) / 256) * 1000;
const MASTER_DOWN = 3000 + SKEW;
const PASSWORD = 'secret12';
const VIPS = 3;

const conf = (taker: Pick<Taker, 'vrid' | 'vips' | 'address'>): string => `
global_defs {
    router_id hatop_bench
}
vrrp_instance VI_1 {
    state BACKUP
    interface eth0
    virtual_router_id ${taker.vrid}
    priority ${PRIORITY}
    advert_int 1
    mcast_src_ip ${taker.address}
    authentication {
        auth_type PASS
        auth_pass ${PASSWORD}
    }
    virtual_ipaddress {
${taker.vips.map((vip) => `        ${vip}/24 dev eth0\n`).join('')}    }
}
`;

async function createTaker(lab: NetnsLab, folder: string, stack: Stack): Promise<Taker> {
  const node = lab.nodes[stack === 'hatop' ? 'a' : 'b'];
  const first = stack === 'hatop' ? 100 : 150;
  const vips = Array.from({ length: VIPS }, (_, i) => `10.77.0.${first + i}`);
  const path = (suffix: string): string => join(folder, `${stack}${suffix}`);
  const placed = { vrid: stack === 'hatop' ? 51 : 52, vips, address: node.address };
  await writeFile(path('.conf'), conf(placed));
  const { namespace } = node;
  const hatop = [process.execPath, process.env.HATOP_BIN ?? ''];
  const argv = {
    hatop: [...hatop, 'run', '-f', path('.conf'), '--socket', path('.sock'), '--state-dir', path('.state')],
    keepalived: ['keepalived', '-P', '-n', '-l', '-f', path('.conf'), '-p', path('.pid'), '-r', path('.vrrp.pid')],
  }[stack];
  const ready = { hatop: /control socket/, keepalived: /Entering BACKUP STATE/ }[stack];
  const monitor = startProcess(['ip', '-tshort', '-o', 'monitor', 'address'], { namespace });
  let life: LabProcess | undefined;
  return {
    stack,
    ...placed,
    monitor,
    async start() {
      life = startProcess(argv, { namespace });
      await life.waitFor(ready);
      await sleep(700); // What a start leaves to do: it is not what is measured.
    },
    async stop() {
      await life?.stop();
    },
  };
}

class Bench {
  readonly #lab: NetnsLab;
  readonly #capture: Capture;
  readonly #rival: LabProcess;

  constructor(lab: NetnsLab, capture: Capture, rival: LabProcess) {
    this.#lab = lab;
    this.#capture = capture;
    this.#rival = rival;
  }

  /** The rival is master, then resigns or falls silent; the taker takes over. */
  async trial(taker: Taker, how: 'resign' | 'silence'): Promise<Trial> {
    const began = wallNow();
    this.#say(taker, 200);
    await sleep(300);
    if (how === 'resign') this.#say(taker, 0);
    const wait = how === 'resign' ? SKEW : MASTER_DOWN;
    const end = wallNow() + wait + 5000;
    for (;;) {
      await sleep(100);
      const seen = this.#look(taker, began, wait);
      if (seen) return seen;
      if (wallNow() > end) throw new Error(`${taker.stack} did not take over:\n${this.#describe(began)}`);
    }
  }

  #say(taker: Taker, priority: number): void {
    const { address } = this.#lab.nodes.client;
    this.#rival.write([taker.vrid, priority, address, PASSWORD, ...taker.vips].join(' '));
  }

  #look(taker: Taker, began: number, wait: number): Trial | undefined {
    const adverts = this.#capture.adverts().filter((advert) => advert.vrid === taker.vrid && advert.at > began);
    const last = adverts.findLast((advert) => advert.source !== taker.address);
    const first = last && adverts.find((advert) => advert.source === taker.address && advert.at > last.at);
    if (!first) return undefined;
    const garp = this.#capture
      .sightings()
      .find((seen) => seen.kind === 'arp' && seen.gratuitous && seen.from === first.from && seen.at > first.at);
    const address = stampsOf(taker.monitor, taker.vips[0] ?? '').find((at) => at > first.at);
    if (!garp || address === undefined) return undefined;
    return { late: first.at - last.at - wait, toAddress: address - first.at, toGarp: garp.at - first.at };
  }

  #describe(since: number): string {
    const seen = this.#capture.sightings().filter(({ at }) => at > since);
    return seen.map((one) => JSON.stringify(one)).join('\n');
  }
}

/** When the address was added, by `[2024-01-31T12:00:00.123456] 2: eth0    inet 10.0.0.1/24 …` in local time. */
function stampsOf(monitor: LabProcess, address: string): number[] {
  return monitor.lines.flatMap(({ text }) => {
    const found = /^\[(?<to>.{19})\.(?<micro>\d{6})\] (?!Deleted).* inet (?<address>[\d.]+)\//.exec(text)?.groups;
    if (!found || found.address !== address) return [];
    return [Date.parse(found.to ?? '') + Number(found.micro) / 1000];
  });
}

type Results = { readonly [S in Stack]: Trial[] };

async function takeTurns(count: number, run: (stack: Stack) => Promise<Trial>): Promise<Results> {
  const results: Results = { hatop: [], keepalived: [] };
  for (let i = 0; i < count; i++) {
    for (const stack of STACKS) results[stack].push(await run(stack));
    process.stderr.write('.');
  }
  process.stderr.write('\n');
  return results;
}

function rowsOf(what: string, results: Results): string[][] {
  const of = (stack: Stack, key: keyof Trial): number[] => results[stack].map((trial) => trial[key]);
  const cells = (write: (key: keyof Trial) => string): string[] =>
    (['late', 'toAddress', 'toGarp'] as const).map(write);
  const ratio = (key: keyof Trial): string => (median(of('hatop', key)) / median(of('keepalived', key))).toFixed(1);
  const n = String(results.hatop.length);
  return [
    ...STACKS.map((stack) => [what, stack, n, ...cells((key) => spread(of(stack, key)))]),
    [what, 'ratio of medians', '', ...cells(ratio)],
  ];
}

async function main(resigns: number, silences: number, fresh: number): Promise<void> {
  const lab = await buildLab();
  try {
    const folder = await mkdtemp(join(tmpdir(), 'hatop-bench-'));
    lab.reaper.directory(folder);
    const takers = {
      hatop: await createTaker(lab, folder, 'hatop'),
      keepalived: await createTaker(lab, folder, 'keepalived'),
    };
    const program = join(import.meta.dirname, 'rival.js');
    const rival = startProcess([process.execPath, program, lab.interface], { namespace: lab.nodes.client.namespace });
    await rival.waitFor(/ready/);
    const bench = new Bench(lab, await startCapture(lab), rival);
    const header = ['event', 'stack', 'n', 'deadline → advert', 'advert → address', 'advert → GARP'];
    const rows = [header];
    const first = await takeTurns(fresh, async (stack) => {
      await takers[stack].start();
      const seen = await bench.trial(takers[stack], 'resign');
      await takers[stack].stop();
      return seen;
    });
    if (fresh > 0) rows.push(...rowsOf('first of a process', first));
    for (const stack of STACKS) await takers[stack].start();
    if (resigns > 0) {
      rows.push(...rowsOf('master resigns', await takeTurns(resigns, (stack) => bench.trial(takers[stack], 'resign'))));
    }
    if (silences > 0) {
      const seen = await takeTurns(silences, (stack) => bench.trial(takers[stack], 'silence'));
      rows.push(...rowsOf('master silent', seen));
    }
    for (const stack of STACKS) await takers[stack].stop();
    console.log(`VRRPv2, 1 s, ${VIPS} addresses, priority ${PRIORITY}; ms: median / 95 % / largest\n\n${table(rows)}`);
  } finally {
    await lab.remove();
  }
}

const counts = process.argv.slice(2).map(Number);
await main(counts[0] ?? 20, counts[1] ?? 10, counts[2] ?? 10);
