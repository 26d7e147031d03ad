/**
 * What a planned hand-over costs a client that asks the virtual address every millisecond: hatop's failover to a plain
 * keepalived and failback from it (silent push), with preempt and with nopreempt on both, and keepalived's by priority (a
 * tracked file lowers it below the peer's). A pair of each, each on its own LAN, in turn. Beside each hole: what is left of it without the prober's own longest pause, and the longest hole of
 * the 700 ms before it, which the machine alone makes. Needs root and keepalived. Argument: rounds, each there and back.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { guardedServiceConf, type PairSettings } from '../../src/lab/configurations.ts';
import { buildLab, type NetnsLab, vipHolders } from '../../src/lab/namespaces.ts';
import { gapBetween, type Prober, startProber } from '../../src/lab/prober.ts';
import { type LabProcess, startProcess, wallNow } from '../../src/lab/process.ts';
import { DIRECTORS, type DirectorName } from '../../src/lab/topology.ts';
import { spread, table } from './figures.ts';

const NOISE_MS = 700;

interface Pair {
  readonly stack: string;
  readonly lab: NetnsLab;
  start(name: DirectorName): LabProcess;
  handOver(): Promise<void>;
  bringBack(): Promise<void>;
}

const HATOP = [process.execPath, process.env.HATOP_BIN ?? ''];
const settings: PairSettings = { adverInterval: 1, priorities: { a: 200, b: 100 } };

const keepalivedArgv = (path: (name: string) => string, name: DirectorName): string[] => {
  const files = ['-f', path(`${name}.conf`), '-p', path(`${name}.pid`), '-r', path(`${name}.vrrp.pid`)];
  return ['keepalived', '-P', '-n', '-l', ...files];
};

const hatopPair = (lab: NetnsLab, path: (name: string) => string): Pair => hatopAndKeepalived(lab, path, []);
const hatopPatientPair = (lab: NetnsLab, path: (name: string) => string): Pair =>
  hatopAndKeepalived(lab, path, DIRECTORS);

/** `a` is hatop, `b` a plain keepalived. */
function hatopAndKeepalived(lab: NetnsLab, path: (name: string) => string, nopreempt: readonly DirectorName[]): Pair {
  const command = async (verb: string): Promise<void> => {
    const argv = [...HATOP, verb, 'VI_1', '--yes', '--socket', path('a.sock')];
    const done = startProcess(argv, { namespace: lab.nodes.a.namespace });
    if ((await done.ended) !== 0) throw new Error(done.output());
  };
  return {
    stack: `hatop → keepalived, ${nopreempt.length > 0 ? 'nopreempt' : 'preempt'}`,
    lab,
    start(name) {
      writeFileSync(path(`${name}.conf`), guardedServiceConf(lab, name, { ...settings, nopreempt }));
      const { namespace } = lab.nodes[name];
      if (name === 'b') return startProcess(keepalivedArgv(path, name), { namespace });
      const files = [
        '-f',
        path(`${name}.conf`),
        '--socket',
        path(`${name}.sock`),
        '--state-dir',
        path(`${name}.state`),
      ];
      return startProcess([...HATOP, 'run', ...files], { namespace });
    },
    handOver: () => command('failover'),
    bringBack: () => command('failback'),
  };
}

function keepalivedPair(lab: NetnsLab, path: (name: string) => string): Pair {
  const weigh = async (weight: number): Promise<void> => writeFileSync(path('weight'), `${weight}\n`);
  const tracked = `vrrp_track_file lower {\n    file ${path('weight')}\n    weight 1\n}\n`;
  const reference = '    track_file {\n        lower\n    }\n';
  return {
    stack: 'keepalived, by priority',
    lab,
    start(name) {
      writeFileSync(path('weight'), '0\n');
      const plain = guardedServiceConf(lab, name, settings);
      const conf = plain.replace('vrrp_instance', `${tracked}vrrp_instance`).replace(/\}\s*$/, `${reference}}\n`);
      writeFileSync(path(`${name}.conf`), name === 'a' ? conf : plain);
      return startProcess(keepalivedArgv(path, name), { namespace: lab.nodes[name].namespace });
    },
    handOver: () => weigh(-150),
    bringBack: () => weigh(0),
  };
}

async function settled({ lab, stack }: Pair, on: DirectorName): Promise<void> {
  for (const end = wallNow() + 10_000; ; await sleep(250)) {
    const holders = await vipHolders(lab);
    if (holders.length === 1 && holders[0] === on) return sleep(NOISE_MS + 300);
    if (wallNow() > end) throw new Error(`${stack}: ${on} should hold the address, and it is ${holders.join(' and ')}`);
  }
}

type Window = readonly [from: number, to: number];

async function watched(act: () => Promise<void>, pair: Pair, on: DirectorName): Promise<Window> {
  const from = wallNow();
  await act();
  await settled(pair, on);
  return [from, wallNow()];
}

async function main(rounds: number): Promise<void> {
  const labs = [await buildLab(), await buildLab(), await buildLab()] as const;
  try {
    const pairs = [hatopPair, hatopPatientPair, keepalivedPair].map((create, i) => {
      const folder = mkdtempSync(join(tmpdir(), 'hatop-bench-'));
      const lab = labs[i] ?? labs[0];
      lab.reaper.directory(folder);
      return { ...create(lab, (name) => join(folder, name)), windows: [] as Window[] };
    });
    const lives = pairs.map((pair) => pair.start('a'));
    // With nopreempt whoever is there first stays.
    for (const pair of pairs) await settled(pair, 'a');
    lives.push(...pairs.map((pair) => pair.start('b')));
    await sleep(5000);
    const probers: Prober[] = [];
    for (const { lab } of pairs) probers.push(await startProber(lab));
    await sleep(1500);
    for (let round = 0; round < rounds; round++) {
      for (const pair of pairs) {
        pair.windows.push(await watched(pair.handOver, pair, 'b'), await watched(pair.bringBack, pair, 'a'));
      }
      process.stderr.write('.');
    }
    process.stderr.write('\n');
    const rows = [['hand-over', 'n', 'longest hole', 'of it not the prober', 'noise before it', 'lost probes']];
    for (const [i, { stack, windows }] of pairs.entries()) {
      const records = (await probers[i]?.finish()) ?? [];
      const gaps = windows.map(([from, to]) => gapBetween(records, from, to));
      const noise = windows.map(([from]) => gapBetween(records, from - NOISE_MS, from).holeMs);
      const holes = gaps.map(({ holeMs }) => holeMs);
      const blamed = gaps.map(({ holeMs, ownPauseMs }) => Math.max(0, holeMs - ownPauseMs));
      const lost = gaps.map((gap) => gap.lost);
      rows.push([stack, String(holes.length), spread(holes), spread(blamed), spread(noise), spread(lost, 0)]);
    }
    console.log(`VRRPv2, 1 s, priorities 200 and 100, a probe each ms; ms: median / 95 % / largest\n\n${table(rows)}`);
    await Promise.all(lives.map((life) => life.stop()));
  } finally {
    for (const lab of labs) await lab.remove();
  }
}

await main(Number(process.argv[2] ?? 10));
