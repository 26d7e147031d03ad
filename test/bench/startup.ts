/**
 * How long a user waits: `hatop --version` and the console's first full frame, against a node that does nothing. They take
 * turns; medians; ends with 1 where a ratio is above its limit. The console is attached by its socket to the director of
 * a simulated cluster, which runs in this process. Argument: rounds.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveControl } from '../../src/control/server.ts';
import { startSimDemo } from '../../src/lab/demo-sim.ts';
import { median, spread, table } from './figures.ts';

const HATOP = process.env.HATOP_BIN ?? '';
const COLUMNS = 80;
const ROWS = 24;

interface Contestant {
  readonly name: string;
  /** Of the bare node beside it. */
  readonly limit: number | undefined;
  /** ms. */
  run(): Promise<number>;
}

const untilEnd = (argv: readonly string[]): Promise<number> =>
  new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(process.execPath, argv, { stdio: 'ignore' });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve(performance.now() - began) : reject(new Error(`${argv.join(' ')} ended with ${code}`)),
    );
  });

/** In a terminal of 80×24: until `done` says that all it shows is there; then it is asked to end by its key. */
function inTerminal(argv: readonly string[], done: (screen: string) => boolean): Promise<number> {
  return new Promise((resolve, reject) => {
    const command = [process.execPath, ...argv].map((word) => `'${word}'`).join(' ');
    const began = performance.now();
    const environment = { ...process.env, TERM: 'xterm-256color', LANG: 'C.UTF-8' };
    const child = spawn(
      'script',
      ['-qfec', `stty rows ${ROWS} cols ${COLUMNS}; echo ready; exec ${command}`, '/dev/null'],
      { stdio: ['pipe', 'pipe', 'inherit'], env: environment },
    );
    let screen = '';
    let took: number | undefined;
    const late = setTimeout(() => child.kill(), 20_000);
    child.stdout.on('data', (bytes: Buffer) => {
      screen += bytes;
      if (took !== undefined || !done(screen)) return;
      took = performance.now() - began;
      child.stdin.write('q');
    });
    child.once('error', reject);
    child.once('close', () => {
      clearTimeout(late);
      if (took === undefined) reject(new Error(`never drawn: ${command}\n${JSON.stringify(screen)}`));
      else resolve(took);
    });
  });
}

/** The bottom line has been drawn by a frame that has ended, and the cluster's instance and servers are on the screen. */
const isFullFrame = (screen: string): boolean => {
  const frames = screen.slice(0, screen.lastIndexOf('\x1b[?2026l') + 1);
  return frames.includes(`\x1b[${ROWS};1H`) && frames.includes('VI_1') && frames.includes('10.77.0.22');
};

async function main(rounds: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'hatop-startup-'));
  const cluster = await startSimDemo({ seed: 1, epochMs: Date.now(), version: 'bench' });
  const director = cluster.directors[0];
  if (!director) throw new Error('the demo has no director');
  const path = join(folder, 'hatop.sock');
  const peer = { uid: 0, pid: 0, name: 'bench' };
  const identify = (): typeof peer => peer;
  const control = await serveControl({ path, version: 'bench', identify, linkFor: () => director.link() });
  const contestants: Contestant[] = [
    { name: 'node -e 0', limit: undefined, run: () => untilEnd(['-e', '0']) },
    { name: 'hatop --version', limit: 1.5, run: () => untilEnd([HATOP, '--version']) },
    { name: 'hatop, first frame', limit: 4.5, run: () => inTerminal([HATOP, '--socket', path], isFullFrame) },
    {
      name: 'hatop demo --sim, first frame',
      limit: undefined,
      run: () => inTerminal([HATOP, 'demo', '--sim'], isFullFrame),
    },
  ];
  const times = contestants.map((): number[] => []);
  try {
    for (let round = 0; round < rounds; round++) {
      for (const [i, contestant] of contestants.entries()) times[i]?.push(await contestant.run());
      process.stderr.write('.');
    }
    process.stderr.write('\n');
  } finally {
    control.close();
    await cluster.stop();
    await rm(folder, { recursive: true });
  }
  const bare = median(times[0] ?? []);
  let failed = 0;
  const rows = contestants.map(({ name, limit }, i) => {
    const ratio = median(times[i] ?? []) / bare;
    if (limit !== undefined && ratio > limit) failed = 1;
    return [name, spread(times[i] ?? [], 0), ratio.toFixed(2), limit === undefined ? '' : `at most ${limit}`];
  });
  console.log(table([['start', `ms: median / 95 % / largest of ${rounds}`, 'ratio', 'limit'], ...rows]));
  if (failed) console.log('FAILED: above the limit');
  return failed;
}

process.exitCode = await main(Number(process.argv[2] ?? 15));
