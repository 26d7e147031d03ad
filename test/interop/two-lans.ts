/** Two machines on two LANs, eth0 and eth1: what has more than one interface, or more than one instance. */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { Snapshot } from '../../src/control/snapshot.ts';
import { batch } from '../../src/lab/namespaces.ts';
import { type LabProcess, startProcess } from '../../src/lab/process.ts';
import { startReaper } from '../../src/lab/reaper.ts';
import { type Ended, finished } from '../netns/run-support.ts';
import { ip } from '../netns/support.ts';
import { HATOP, type Stack } from './director.ts';

export type Side = 'a' | 'b';

export interface Machine {
  readonly side: Side;
  readonly namespace: string;
  readonly folder: string;
  /** Starts it with this configuration; `log` of the result grows. */
  start(stack: Stack, conf: string): Promise<LabProcess>;
  /** What would run hatop by this configuration. */
  command(conf: string): string[];
  /** `hatop reload OPTIONS` by this configuration. */
  reload(conf: string, ...options: string[]): Promise<Ended>;
  hatop(...args: string[]): Promise<Ended>;
  status(): Promise<Snapshot>;
  /** `ip ARGUMENTS` here; its output. */
  ip(...args: string[]): string;
  exec(...argv: string[]): Promise<Ended>;
}

export interface TwoLans {
  /** Where the switches are: `br0`, `br1`. */
  readonly lan: string;
  readonly a: Machine;
  readonly b: Machine;
  /** Which side has each of these addresses: `a`, `b`, `a+b` or nothing. */
  holders(...addresses: string[]): string[];
  /** Waits until they are there. */
  settled(where: Readonly<Record<string, string>>): Promise<void>;
}

/** Of the test's own context: tests run side by side, and each must take down its own. */
export type OnFinished = (cleanUp: () => Promise<void>) => void;

/** a is 10.9.0.1 on eth0 and 10.9.1.1 on eth1, b is .2. Everything goes when the test ends. */
export async function twoLans(onFinished: OnFinished): Promise<TwoLans> {
  const id = randomBytes(4).toString('hex');
  const reaper = startReaper();
  onFinished(() => reaper.reap());
  const namespaces = { a: `hatop-${id}-a`, b: `hatop-${id}-b`, lan: `hatop-${id}-lan` };
  for (const name of Object.values(namespaces)) {
    reaper.namespace(name);
    ip('netns', 'add', name);
  }
  // Switches between them: a link that is cut at one end keeps its carrier at the other machine.
  const bridge = (n: number): string[] => [
    `link add br${n} type bridge`,
    `link set br${n} up`,
    ...(['a', 'b'] as const).flatMap((side) => [
      `link add ${side}${n} type veth peer name eth${n} netns ${namespaces[side]}`,
      `link set ${side}${n} master br${n} up`,
    ]),
  ];
  await batch(namespaces.lan, [...bridge(0), ...bridge(1)]);
  const folder = mkdtempSync(join(tmpdir(), 'hatop-lans-'));
  chmodSync(folder, 0o755);
  reaper.directory(folder);
  const make = async (side: Side): Promise<Machine> => {
    const namespace = namespaces[side];
    const host = side === 'a' ? 1 : 2;
    await batch(namespace, [
      'link set lo up',
      ...[0, 1].flatMap((n) => [`address add 10.9.${n}.${host}/24 dev eth${n}`, `link set eth${n} up`]),
    ]);
    return machineOf(side, namespace, folder);
  };
  const [a, b] = [await make('a'), await make('b')];
  const has = (machine: Machine, address: string): boolean => machine.ip('address').includes(` ${address}/`);
  const holders = (...addresses: string[]): string[] =>
    addresses.map((address) =>
      [a, b]
        .filter((machine) => has(machine, address))
        .map(({ side }) => side)
        .join('+'),
    );
  return {
    lan: namespaces.lan,
    a,
    b,
    holders,
    settled: (where) =>
      vi.waitFor(
        () => {
          const seen = JSON.stringify(holders(...Object.keys(where)));
          if (seen !== JSON.stringify(Object.values(where)))
            throw new Error(`wanted ${JSON.stringify(where)}: ${seen}`);
        },
        { timeout: 30_000, interval: 50 },
      ),
  };
}

function machineOf(side: Side, namespace: string, folder: string): Machine {
  const path = (suffix: string): string => join(folder, `${side}${suffix}`);
  const exec = (...argv: string[]): Promise<Ended> => finished(startProcess(argv, { namespace }));
  const hatop = (...args: string[]): Promise<Ended> => exec(...HATOP, ...args, '--socket', path('.sock'));
  const command = (conf: string): string[] => {
    writeFileSync(path('.conf'), conf);
    return [...HATOP, 'run', '-f', path('.conf'), '--socket', path('.sock'), '--state-dir', path('.state')];
  };
  return {
    side,
    command,
    reload(conf, ...options) {
      writeFileSync(path('.conf'), conf);
      return hatop('reload', ...options);
    },
    namespace,
    folder,
    exec,
    hatop,
    ip: (...args) => ip('-n', namespace, ...args),
    async start(stack, conf) {
      const argv = command(conf);
      if (stack === 'hatop') {
        const engine = startProcess(argv, { namespace });
        await engine.waitFor(/control socket/, 30_000);
        return engine;
      }
      const pids = ['-p', path('.pid'), '-r', path('.vrrp.pid'), '-c', path('.check.pid'), '-b', path('.bfd.pid')];
      const daemon = startProcess(['keepalived', '-n', '-l', '-D', '-f', path('.conf'), ...pids], { namespace });
      await daemon.waitFor(/Entering (BACKUP|FAULT) STATE/, 30_000);
      return daemon;
    },
    async status() {
      const { code, stdout, stderr } = await hatop('status', '--json');
      if (code !== 0) throw new Error(`hatop status: ${code}: ${stderr}`);
      return JSON.parse(stdout) as Snapshot;
    },
  };
}
