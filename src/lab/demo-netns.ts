/** The demo cluster on real packets: a client, two directors that are `hatop run` processes, two real servers. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IpAddress } from '../base/ip.ts';
import { startActor } from './actors.ts';
import { balancedServiceConf, guardedServiceConf } from './configurations.ts';
import { buildLab, type NetnsLab } from './namespaces.ts';
import { type LabProcess, startProcess } from './process.ts';
import { DIRECTORS, type DirectorName, REAL_SERVERS, type Topology } from './topology.ts';

export interface NetnsDemoOptions {
  /** The argument vector that runs hatop: `[process.execPath, '/…/bin/hatop.js']`. */
  readonly hatop: readonly string[];
  /** What its directors balance with: auto, ipvs, nftables. */
  readonly dataPlane?: string | undefined;
}

export interface DemoDirector {
  readonly name: DirectorName;
  readonly address: IpAddress;
  readonly namespace: string;
  readonly socket: string;
  readonly config: string;
  readonly process: LabProcess;
}

/** One request of the client through the VIP. */
export interface RequestOutcome {
  /** Wall-clock ms. */
  readonly at: number;
  readonly ms: number;
  /** Who answered; null where nobody did. */
  readonly by: string | null;
  readonly error: string | null;
}

export interface NetnsDemo {
  readonly topology: Topology;
  readonly directors: readonly DemoDirector[];
  readonly client: { onRequest(listener: (outcome: RequestOutcome) => void): void };
  /** Makes a director's guarded service or a real server fail, and recover. */
  setFailing(name: DirectorName | 's1' | 's2', failing: boolean): Promise<void>;
  /** Removes namespaces, processes and files. It also happens when this process dies. */
  stop(): Promise<void>;
}

const PORT = 80;
const READY_MS = 15_000;

/** Resolves when both engines answer at their sockets. Rejects, with everything removed, where one does not start. */
export async function startNetnsDemo(options: NetnsDemoOptions): Promise<NetnsDemo> {
  const lab = await buildLab();
  try {
    const folder = await mkdtemp(join(tmpdir(), 'hatop-demo-'));
    lab.reaper.directory(folder);
    return await populate(lab, folder, options);
  } catch (error) {
    await lab.remove();
    throw error;
  }
}

async function populate(lab: NetnsLab, folder: string, options: NetnsDemoOptions): Promise<NetnsDemo> {
  const failFile = (name: string): string => join(folder, `${name}-fails`);
  // The directors guard a service of their own on the same port: it answers where the kernel has no ip_vs to balance.
  const servers = [...DIRECTORS, ...REAL_SERVERS].map((name) =>
    startActor('http-server', [name, PORT, failFile(name)], lab.nodes[name].namespace),
  );
  await Promise.all(servers.map((server) => server.waitFor(/listening/)));
  const checkScript = (name: DirectorName): string => `/usr/bin/test ! -e ${failFile(name)}`;
  const directors: DemoDirector[] = [];
  await writeFile(join(folder, 'hatop.conf'), '');
  for (const name of DIRECTORS) {
    const config = join(folder, `${name}.conf`);
    const settings = { adverInterval: 1, checkScript };
    await writeFile(config, guardedServiceConf(lab, name, settings) + balancedServiceConf(lab, { port: PORT }));
    directors.push(startDirector(lab, name, folder, config, options));
  }
  await Promise.all(directors.map(ready));
  const loop = startActor('request-loop', [`http://${lab.vip}:${PORT}/`, 1000], lab.nodes.client.namespace);
  return {
    topology: lab,
    directors,
    client: { onRequest: (listener) => loop.onLine((line) => listener(JSON.parse(line.text))) },
    setFailing: (name, failing) => (failing ? writeFile(failFile(name), '') : rm(failFile(name), { force: true })),
    stop: lab.remove,
  };
}

function startDirector(
  lab: NetnsLab,
  name: DirectorName,
  folder: string,
  config: string,
  { hatop, dataPlane = 'auto' }: NetnsDemoOptions,
): DemoDirector {
  const { address, namespace } = lab.nodes[name];
  const socket = join(folder, `${name}.sock`);
  const argv = [...hatop, 'run', '-f', config, '--socket', socket, '--state-dir', join(folder, `${name}.state`)];
  // The machine's own file says nothing to the demo.
  argv.push('--hatop-conf', join(folder, 'hatop.conf'), '--data-plane', dataPlane);
  return { name, address, namespace, socket, config, process: startProcess(argv, { namespace }) };
}

/** The socket appears when the engine listens. */
async function ready(director: DemoDirector): Promise<void> {
  let how: number | string | undefined;
  director.process.ended.then((ended) => {
    how = ended;
  });
  for (const until = Date.now() + READY_MS; !existsSync(director.socket); await sleep(20)) {
    if (how === undefined && Date.now() < until) continue;
    const why = how === undefined ? `no socket after ${READY_MS} ms` : `it ended (${how})`;
    throw new Error(`director ${director.name} did not start: ${why}\n${director.process.output()}`);
  }
}
