/** A director of the lab as a test handles it: hatop or Debian's keepalived, started, stopped, crashed, made to fail. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Snapshot } from '../../src/control/snapshot.ts';
import { guardedServiceConf, type PairSettings } from '../../src/lab/configurations.ts';
import type { NetnsLab } from '../../src/lab/namespaces.ts';
import { type LabProcess, startProcess } from '../../src/lab/process.ts';
import type { DirectorName } from '../../src/lab/topology.ts';

export type Stack = 'hatop' | 'keepalived';

export interface CommandResult {
  readonly status: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Director {
  readonly name: DirectorName;
  readonly stack: Stack;
  readonly namespace: string;
  readonly socket: string;
  /** What it reads at its next start. */
  configure(text: string): void;
  start(): Promise<void>;
  /** SIGTERM, and its end. */
  stop(): Promise<void>;
  /** SIGKILL to all its processes at one moment. */
  crash(): Promise<void>;
  /** Stops all its processes, without their noticing, until the function given back is called. */
  freeze(): () => void;
  /** Writes its configuration anew; read at the next start or SIGHUP. */
  rewrite(change: (text: string) => string): void;
  /** SIGHUP. */
  hangUp(): void;
  /** The guarded service fails, or is well again. */
  setFailing(failing: boolean): void;
  /** `hatop ARGUMENTS --socket …` in its namespace. */
  hatop(...args: string[]): Promise<CommandResult>;
  status(): Promise<Snapshot>;
  /** Its log lines after an instant, over all its lives. */
  logSince(at: number): string[];
}

export interface MoreSettings {
  /** The whole configuration, instead of the pair that guards a service. */
  readonly whole?: string;
  /** Appended to its configuration. */
  readonly conf?: string;
  /** More options of `hatop run`. */
  readonly args?: readonly string[];
}

export const HATOP = [process.execPath, process.env.HATOP_BIN ?? join(process.cwd(), 'bin/hatop.js')];

export function director(
  lab: NetnsLab,
  folder: string,
  name: DirectorName,
  stack: Stack,
  settings: PairSettings,
  more: MoreSettings = {},
): Director {
  const { namespace } = lab.nodes[name];
  const path = (suffix: string): string => join(folder, `${name}${suffix}`);
  const socket = path('.sock');
  const failFile = path('-fails');
  const checkScript = (): string => `/usr/bin/test ! -e ${failFile}`;
  const configure = (text: string): void => writeFileSync(path('.conf'), text);
  configure(more.whole ?? guardedServiceConf(lab, name, { ...settings, checkScript }) + (more.conf ?? ''));
  const lives: LabProcess[] = [];
  const current = (): LabProcess => lives.at(-1)!;

  const hatop = async (...args: string[]): Promise<CommandResult> => {
    const command = startProcess([...HATOP, ...args, '--socket', socket], { namespace });
    const status = await command.ended;
    const text = (from: string): string =>
      command.lines.flatMap((line) => (line.from === from ? `${line.text}\n` : [])).join('');
    return { status, stdout: text('stdout'), stderr: text('stderr') };
  };

  const argv = {
    hatop: [
      ...HATOP,
      'run',
      '-f',
      path('.conf'),
      '--socket',
      socket,
      '--state-dir',
      path('.state'),
      ...(more.args ?? []),
    ],
    // Its own pid files: several run on this machine. -n -l -D: in the foreground, the log to us, with details.
    keepalived: ['keepalived', '-n', '-l', '-D', '-f', path('.conf')].concat([
      '-p',
      path('.pid'),
      '-r',
      path('.vrrp.pid'),
      '-c',
      path('.check.pid'),
    ]),
  }[stack];

  const ready = async (): Promise<void> => {
    if (stack === 'keepalived') await current().waitFor(/\(VI_1\) Entering (BACKUP|FAULT) STATE/, 30_000);
    else await current().waitFor(/control socket/, 30_000);
  };

  return {
    name,
    stack,
    namespace,
    socket,
    hatop,
    configure,
    async start() {
      // As after a boot: keepalived takes the zombies of its former life for itself, running.
      for (const suffix of ['.pid', '.vrrp.pid', '.check.pid']) rmSync(path(suffix), { force: true });
      lives.push(startProcess(argv, { namespace }));
      await ready();
    },
    async stop() {
      await current().stop();
    },
    crash: () => current().crash(),
    freeze() {
      const frozen = current();
      frozen.signalAll('SIGSTOP');
      return () => frozen.signalAll('SIGCONT');
    },
    rewrite: (change) => writeFileSync(path('.conf'), change(readFileSync(path('.conf'), 'utf8'))),
    hangUp: () => void process.kill(current().pid, 'SIGHUP'),
    setFailing: (failing) => (failing ? writeFileSync(failFile, '') : rmSync(failFile, { force: true })),
    async status() {
      const { status, stdout, stderr } = await hatop('status', '--json');
      if (status !== 0) throw new Error(`hatop status failed (${status}): ${stderr}\n${current().output()}`);
      return JSON.parse(stdout) as Snapshot;
    },
    logSince: (at) => lives.flatMap((life) => life.lines.filter((line) => line.at >= at).map((line) => line.text)),
  };
}
