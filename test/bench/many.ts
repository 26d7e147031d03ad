/** A pair of directors with many virtual routers on one interface, by either stack, with a capture of what they advertise. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { addressesIn, buildLab, type NetnsLab } from '../../src/lab/namespaces.ts';
import { type LabProcess, startProcess } from '../../src/lab/process.ts';
import { DIRECTORS, type DirectorName } from '../../src/lab/topology.ts';
import { type AdvertSeen, readCapture } from './adverts-seen.ts';

export const STACKS = ['hatop', 'keepalived'] as const;
export type Stack = (typeof STACKS)[number];

export interface Instances {
  readonly count: number;
  /** Whole ones in version 2, hundredths in version 3. */
  readonly seconds: number;
  readonly version?: 2 | 3;
  readonly realtime?: number;
}

/** One address each; `a` has the higher priority. */
export function instancesConf(name: DirectorName, { count, seconds, version = 3, realtime }: Instances): string {
  const instance = (n: number): string => `vrrp_instance VI_${n} {
    state BACKUP
    interface eth0
    virtual_router_id ${n}
    priority ${name === 'a' ? 200 : 100}
    advert_int ${seconds}
    virtual_ipaddress {
        10.78.0.${n}/32 dev eth0
    }
}
`;
  return `global_defs {
    router_id hatop_bench
    vrrp_version ${version}
${realtime === undefined ? '' : `    vrrp_rt_priority ${realtime}\n`}}
${Array.from({ length: count }, (_, i) => instance(i + 1)).join('')}`;
}

/** How `stack` is started with what it needs below `folder`. */
export function argvOf(stack: Stack, folder: string, name: string): string[] {
  const path = (suffix: string): string => join(folder, `${name}.${suffix}`);
  if (stack === 'keepalived') {
    return ['keepalived', '-P', '-n', '-l', '-f', path('conf'), '-p', path('pid'), '-r', path('vrrp.pid')];
  }
  const paths = ['-f', path('conf'), '--socket', path('sock'), '--state-dir', path('state')];
  const flags = (process.env.HATOP_FLAGS ?? '').split(' ').filter(Boolean);
  return [process.execPath, ...flags, process.env.HATOP_BIN ?? '', 'run', ...paths];
}

export interface ManyPair {
  readonly stack: Stack;
  readonly lab: NetnsLab;
  readonly lives: { readonly [name in DirectorName]: LabProcess };
  /** What the LAN sees from now on. */
  capture(): Promise<() => Promise<AdvertSeen[]>>;
  stop(): Promise<void>;
  remove(): Promise<void>;
}

/** After it every address is at `a`, and what follows a start (gratuitous ARP twice, five seconds apart) is over. */
export async function startMany(stack: Stack, instances: Instances): Promise<ManyPair> {
  const lab = await buildLab();
  try {
    const folder = mkdtempSync(join(tmpdir(), 'hatop-bench-'));
    lab.reaper.directory(folder);
    const start = (name: DirectorName): LabProcess => {
      writeFileSync(join(folder, `${name}.conf`), instancesConf(name, instances));
      return startProcess(argvOf(stack, folder, name), { namespace: lab.nodes[name].namespace });
    };
    // `a` first: when both begin at once, each with hundreds of elections, either stack takes long to settle.
    const a = start('a');
    await held(lab, { a: instances.count });
    const lives = { a, b: start('b') };
    await sleep(7000);
    await held(lab, { a: instances.count, b: 0 });
    const pair: ManyPair = {
      stack,
      lab,
      lives,
      capture: () => startCaptureFile(lab, join(folder, `${Date.now()}.pcap`)),
      async stop() {
        await Promise.all(DIRECTORS.map((name) => lives[name].stop()));
      },
      remove: () => lab.remove(),
    };
    return pair;
  } catch (error) {
    await lab.remove();
    throw error;
  }
}

/** Until the directors have so many of the virtual addresses. */
async function held(lab: NetnsLab, wanted: { readonly [name in DirectorName]?: number }): Promise<void> {
  const count = async (name: DirectorName): Promise<number> =>
    (await addressesIn(lab, lab.nodes[name].namespace)).filter((address) => address.startsWith('10.78.')).length;
  for (const end = Date.now() + 60_000; ; await sleep(250)) {
    const found = { a: await count('a'), b: await count('b') };
    if (DIRECTORS.every((name) => (wanted[name] ?? found[name]) === found[name])) return;
    if (Date.now() > end) throw new Error(`addresses are ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
  }
}

async function startCaptureFile(lab: NetnsLab, file: string): Promise<() => Promise<AdvertSeen[]>> {
  const words = ['-i', lab.bridge, '-n', '-Z', 'root', '-B', '16384', '-U', '-w', file, 'ip proto 112'];
  const tcpdump = startProcess(['tcpdump', ...words], { namespace: lab.switchNamespace });
  await tcpdump.waitFor(/listening on/);
  return async () => {
    await tcpdump.stop({ signal: 'SIGINT' });
    const dropped = /(\d+) packets? dropped by kernel/.exec(tcpdump.output())?.[1];
    if (dropped !== '0') throw new Error(`the capture is not whole: ${tcpdump.output()}`);
    return readCapture(readFileSync(file));
  };
}
