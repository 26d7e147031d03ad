/** One machine with the real program on it: a namespace, joined to another one where its wire is watched. */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JournalEvent } from '../../src/control/link.ts';
import type { Snapshot } from '../../src/control/snapshot.ts';
import { parseSighting } from '../../src/lab/capture.ts';
import { batch } from '../../src/lab/namespaces.ts';
import { type LabProcess, startProcess } from '../../src/lab/process.ts';
import { type Reaper, startReaper } from '../../src/lab/reaper.ts';
import { HATOP } from '../interop/director.ts';
import { ip } from './support.ts';

export const VIP = '10.9.0.100';
export const REAL_SERVERS = ['10.9.0.2', '10.9.0.3'] as const;
/** Becomes master 3.008 s after its start. */
export const CONF = `vrrp_instance VI_1 {
    state MASTER
    interface eth0
    virtual_router_id 51
    priority 254
    advert_int 1
    virtual_ipaddress {
        ${VIP}/24 dev eth0
    }
}
`;
/** Two real servers that are not checked. */
export const SERVICE_CONF = `virtual_server ${VIP} 80 {
    lb_algo wrr
    lb_kind DR
    protocol TCP
${REAL_SERVERS.map((address) => `    real_server ${address} 80 {\n        weight 3\n    }\n`).join('')}}
`;

/** For expect.poll, whose own second is short on a busy machine. */
export const SOON = { timeout: 15_000 };

export interface Ended {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly conf?: string;
  readonly socket?: string;
  readonly stateDir?: string;
  /** More options of `run`. */
  readonly args?: readonly string[];
  /** In front of the command, as `setpriv` is. */
  readonly words?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** The program; absent: the one that was built. */
  readonly program?: readonly string[];
}

export interface Machine {
  readonly namespace: string;
  readonly folder: string;
  readonly socket: string;
  readonly stateDir: string;
  readonly reaper: Reaper;
  /** Starts `hatop run`, and does not wait. */
  run(options?: RunOptions): LabProcess;
  /** Starts `hatop run` and waits until it is master. */
  master(options?: RunOptions): Promise<LabProcess>;
  hatop(...args: string[]): Promise<Ended>;
  /** Runs any program here. */
  exec(...argv: string[]): Promise<Ended>;
  status(): Promise<Snapshot>;
  journal(): Promise<JournalEvent[]>;
  holdsVip(): boolean;
  /** Captures at the other end of the wire; gives the priorities seen so far. */
  watchAdverts(): Promise<() => number[]>;
}

type OnFinished = (cleanUp: () => Promise<void>) => void;

/** Everything goes when the test ends, also when the test's process is killed. */
export async function machine(onFinished: OnFinished): Promise<Machine> {
  const id = randomBytes(4).toString('hex');
  const [namespace, other] = [`hatop-${id}-run`, `hatop-${id}-peer`];
  const reaper = startReaper();
  onFinished(() => reaper.reap());
  for (const name of [namespace, other]) {
    reaper.namespace(name);
    ip('netns', 'add', name);
  }
  await batch(namespace, [`link add eth0 type veth peer name eth0 netns ${other}`]);
  await batch(namespace, ['link set lo up', 'address add 10.9.0.1/24 dev eth0', 'link set eth0 up']);
  await batch(other, ['address add 10.9.0.2/24 dev eth0', 'link set eth0 up']);
  const folder = mkdtempSync(join(tmpdir(), 'hatop-run-'));
  chmodSync(folder, 0o755);
  reaper.directory(folder);
  const socket = join(folder, 'control.sock');
  const stateDir = join(folder, 'state');
  const holdsVip = (): boolean => ip('-n', namespace, '-4', 'address', 'show', 'dev', 'eth0').includes(` ${VIP}/`);
  const exec = (...argv: string[]): Promise<Ended> => finished(startProcess(argv, { namespace }));
  const hatop = (...args: string[]): Promise<Ended> => exec(...HATOP, ...args, '--socket', socket);

  function run(options: RunOptions = {}): LabProcess {
    const file = join(folder, 'keepalived.conf');
    writeFileSync(file, options.conf ?? CONF);
    const argv = [...(options.words ?? []), ...(options.program ?? HATOP), 'run', '-f', file];
    argv.push(
      '--socket',
      options.socket ?? socket,
      '--state-dir',
      options.stateDir ?? stateDir,
      ...(options.args ?? []),
    );
    return startProcess(argv, { namespace, environment: options.environment ?? {} });
  }

  const answer = async <T>(...args: string[]): Promise<T> => {
    const { code, stdout, stderr } = await hatop(...args);
    if (code !== 0) throw new Error(`hatop ${args.join(' ')}: ${code}: ${stderr}`);
    return JSON.parse(stdout) as T;
  };

  return {
    namespace,
    folder,
    socket,
    stateDir,
    reaper,
    run,
    async master(options) {
      const engine = run(options);
      await engine.waitFor(/VI_1: backup → master/);
      return engine;
    },
    exec,
    hatop,
    status: () => answer<Snapshot>('status', '--json'),
    async journal() {
      const { stdout } = await hatop('events', '--json');
      return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as JournalEvent]));
    },
    holdsVip,
    async watchAdverts() {
      const tcpdump = startProcess(
        ['tcpdump', '-i', 'eth0', '-n', '-e', '-tt', '-l', '--immediate-mode', 'ip proto 112'],
        {
          namespace: other,
        },
      );
      await tcpdump.waitFor(/listening on/);
      return () =>
        tcpdump.lines.flatMap(({ text }) => {
          const seen = parseSighting(text);
          return seen?.kind === 'advert' ? [seen.priority] : [];
        });
    },
  };
}

/** Waits for its end, which a process that should have ended gets after 15 s. */
export async function finished(process: LabProcess): Promise<Ended> {
  const late = setTimeout(() => process.crash(), 15_000);
  const code = await process.ended;
  clearTimeout(late);
  const text = (from: string): string =>
    process.lines.flatMap((line) => (line.from === from ? `${line.text}\n` : [])).join('');
  return { code, stdout: text('stdout'), stderr: text('stderr') };
}

/** How a process ended and after how long, ms. */
export async function timed(process: LabProcess): Promise<{ readonly code: number | string; readonly ms: number }> {
  const begin = performance.now();
  return { code: await process.ended, ms: performance.now() - begin };
}
