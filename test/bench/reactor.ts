/**
 * How late the reactor's alarms ring, beside those of an ordinary event loop, on an idle machine and with a busy loop on
 * each of two cores; then the CPU time and memory of an engine with one instance that has nothing to do but advertise.
 * Needs root (the engine's namespace). Argument: seconds for each.
 */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { guardedServiceConf } from '../../src/lab/configurations.ts';
import { buildLab } from '../../src/lab/namespaces.ts';
import { startProcess } from '../../src/lab/process.ts';
import { quantile, table } from './figures.ts';
import { usedBy, withBusyLoops } from './load.ts';

const EVERY_MS = 10;

function reactorLate(count: number): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./alarm-worker.js', import.meta.url), {
      workerData: { everyMs: EVERY_MS, count },
    });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

/** setTimeout, its deadlines compensated as the reactor's are. */
async function timersLate(count: number): Promise<number[]> {
  const late: number[] = [];
  for (let deadline = performance.now() + EVERY_MS; late.length < count; deadline += EVERY_MS) {
    await new Promise((resolve) => setTimeout(resolve, deadline - performance.now()));
    late.push(performance.now() - deadline);
  }
  return late;
}

const cells = (late: readonly number[]): string[] => [0.5, 0.99, 1].map((share) => quantile(late, share).toFixed(2));

/** In turn, a second each: what else the machine does hits both alike. */
async function lateness(seconds: number): Promise<string> {
  const rows = [['alarm every 10 ms', 'load', 'median', '99 %', 'largest']];
  for (const loops of [0, 2]) {
    const late = { reactor: [] as number[], setTimeout: [] as number[] };
    await withBusyLoops(loops, 2 * seconds, async () => {
      for (let second = 0; second < seconds; second++) {
        late.reactor.push(...(await reactorLate(1000 / EVERY_MS)));
        late.setTimeout.push(...(await timersLate(1000 / EVERY_MS)));
      }
    });
    const load = loops === 0 ? 'none of ours' : `${loops} busy loops`;
    for (const [name, values] of Object.entries(late)) rows.push([name, load, ...cells(values)]);
  }
  return table(rows);
}

/** Both as masters of a LAN of their own, at the same time. */
async function idleUse(seconds: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hatop-bench-'));
  const labs = await Promise.all([buildLab(), buildLab()]);
  labs[0].reaper.directory(folder);
  try {
    const path = (name: string): string => join(folder, name);
    await writeFile(path('conf'), guardedServiceConf(labs[0], 'a', { adverInterval: 1 }));
    const hatop = [process.execPath, process.env.HATOP_BIN ?? '', 'run', '-f', path('conf')];
    const keepalived = [
      'keepalived',
      '-n',
      '-l',
      '-f',
      path('conf'),
      '-p',
      path('pid'),
      '-r',
      path('vrrp.pid'),
      '-c',
      path('check.pid'),
    ];
    const lives = {
      hatop: startProcess([...hatop, '--socket', path('sock'), '--state-dir', path('state')], {
        namespace: labs[0].nodes.a.namespace,
      }),
      keepalived: startProcess(keepalived, { namespace: labs[1].nodes.a.namespace }),
    };
    await sleep(8000);
    const before = Object.values(lives).map(({ pid }) => usedBy(pid));
    await sleep(seconds * 1000);
    const rows = Object.entries(lives).map(([stack, { pid }], i) => {
      const { cpuMs, rssMb } = usedBy(pid);
      const percent = (cpuMs - (before[i]?.cpuMs ?? 0)) / (seconds * 10);
      return [stack, `${percent.toFixed(2)} %`, `${rssMb.toFixed(0)} MB`];
    });
    await Promise.all(Object.values(lives).map((life) => life.stop()));
    return table([['master of one instance, 1 s', 'CPU of one core', 'resident'], ...rows]);
  } finally {
    await Promise.all(labs.map((lab) => lab.remove()));
  }
}

const seconds = Number(process.argv[2] ?? 10);
console.log(`Late by, ms\n\n${await lateness(seconds)}\n\n${await idleUse(3 * seconds)}`);
