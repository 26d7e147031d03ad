/**
 * How late the reactor's alarms ring, beside those of an ordinary event loop, on an idle machine and with a busy loop on
 * each of two cores; then the CPU time and memory of an engine with one instance that has nothing to do but advertise.
 * Needs root (the engine's namespace). Argument: seconds for each.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { guardedServiceConf } from '../../src/lab/configurations.ts';
import { buildLab } from '../../src/lab/namespaces.ts';
import { descendants, startProcess } from '../../src/lab/process.ts';
import { quantile, table } from './figures.ts';

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

async function withBusyLoops<T>(loops: number, seconds: number, run: () => Promise<T>): Promise<T> {
  // Each ends by itself, whatever becomes of us.
  const code = `const end=Date.now()+${(seconds + 5) * 1000};while(Date.now()<end);`;
  const busy = Array.from({ length: loops }, () => spawn(process.execPath, ['-e', code], { stdio: 'ignore' }));
  try {
    return await run();
  } finally {
    for (const child of busy) child.kill('SIGKILL');
  }
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

interface Use {
  readonly cpuMs: number;
  readonly rssMb: number;
}

/** Of all processes of a stack; what it did so far is in the CPU time. */
function useOf(pid: number): Use {
  const all = [pid, ...descendants(pid)].map((member) => {
    const stat = readFileSync(`/proc/${member}/stat`, 'utf8');
    const [user = 0, system = 0] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13)
      .map(Number);
    const resident = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${member}/status`, 'utf8'))?.[1];
    return { cpuMs: (user + system) * 10, rssMb: Number(resident) / 1024 };
  });
  const sum = (key: keyof Use): number => all.reduce((total, one) => total + one[key], 0);
  return { cpuMs: sum('cpuMs'), rssMb: sum('rssMb') };
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
    const before = Object.values(lives).map(({ pid }) => useOf(pid));
    await sleep(seconds * 1000);
    const rows = Object.entries(lives).map(([stack, { pid }], i) => {
      const { cpuMs, rssMb } = useOf(pid);
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
