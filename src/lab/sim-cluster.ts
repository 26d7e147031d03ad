/**
 * The demo's cluster in the simulator: two directors that each run a whole engine, two real servers, a client. The
 * engines are the shipped ones; only the machine below them is not there.
 */
import { ip } from '../base/ip.ts';
import { err, ok } from '../base/result.ts';
import { milliseconds } from '../base/time.ts';
import { loadConfiguration } from '../conf/load.ts';
import type { EngineLink } from '../control/link.ts';
import { routerPlans, staticPlan } from '../engine/assemble.ts';
import { createEngine, type Engine } from '../engine/engine.ts';
import { openIntents } from '../engine/intents.ts';
import { createJournal } from '../engine/journal.ts';
import { keepMastership, withAdoptions } from '../engine/mastership.ts';
import type { PeerDoor } from '../engine/peers/peer-door.ts';
import type { Reread } from '../engine/reload/plan.ts';
import type { RouterReport } from '../engine/router/messages.ts';
import { createRouterNode } from '../engine/router/node.ts';
import type { RouterPort } from '../engine/routers.ts';
import type { ServiceHost, VrrpHost } from '../ports/host.ts';
import { createSimFifos, type SimFifos } from '../sim/fifos.ts';
import { createSimIpvsTable, type SimIpvsTable } from '../sim/ipvs-table.ts';
import type { InterfaceSpec, SimNode } from '../sim/node.ts';
import { createSimProber, type SimProber } from '../sim/prober.ts';
import { createSimScripts, type SimScripts } from '../sim/scripts.ts';
import { createSimStateFiles, type SimStateFiles } from '../sim/state-files.ts';
import { createSimProcesses, createSimWatchedFiles, type SimProcesses, type SimWatchedFiles } from '../sim/watched.ts';
import type { World } from '../sim/world.ts';

export interface SimDirectorSpec {
  readonly name: string;
  readonly address: string;
  /** The text of its keepalived.conf. */
  readonly configuration: string;
  /** More interfaces than the one on the LAN, each on a segment of its own name. */
  readonly furtherInterfaces?: readonly InterfaceSpec[];
  /** The disk of an earlier life; absent: an empty one. */
  readonly files?: SimStateFiles;
  /** The others that it is linked to, by name; absent: none. */
  readonly peers?: readonly PeerDoor[];
  /** Installs programs before anything is started. */
  readonly install?: (scripts: SimScripts) => void;
  /** The machine of an earlier life, killed or crashed since; absent: a new one. */
  readonly node?: SimNode;
}

export interface SimDirector {
  readonly name: string;
  readonly node: SimNode;
  readonly engine: Engine;
  readonly table: SimIpvsTable;
  readonly prober: SimProber;
  readonly scripts: SimScripts;
  readonly files: SimStateFiles;
  readonly watchedFiles: SimWatchedFiles;
  readonly processes: SimProcesses;
  readonly fifos: SimFifos;
  link(): EngineLink;
  /** Another text of its keepalived.conf, for the next reload. */
  rewrite(configuration: string): void;
}

export const SIM_LAN = 'eth0';
const PREFIX = 24;

/** Adds a director to `world` and starts its engine. */
export async function addDirector(world: World, spec: SimDirectorSpec, version: string): Promise<SimDirector> {
  const node =
    spec.node ??
    world.addNode({
      name: spec.name,
      interfaces: [{ name: SIM_LAN, address: ip(spec.address), prefix: PREFIX }, ...(spec.furtherInterfaces ?? [])],
    });
  if (spec.node) node.start();
  const file = `${spec.name}/keepalived.conf`;
  let text = spec.configuration;
  const reread = (): Reread => read(file, text);
  const { configuration, problems } = reread();
  if (problems[0]) throw new Error(problems[0].text);
  const prober = createSimProber(world.alarms, world.clock);
  const scripts = createSimScripts(world.alarms, world.clock);
  const watchedFiles = createSimWatchedFiles();
  const processes = createSimProcesses();
  spec.install?.(scripts);
  const files = spec.files ?? createSimStateFiles();
  const table = createSimIpvsTable(world.clock);
  const fifos = createSimFifos();
  const host: ServiceHost = {
    clock: world.clock,
    alarms: node.host.alarms,
    table,
    prober,
    scripts,
    files,
    watchedFiles,
    processes,
    fifos,
    random: world.random,
  };
  const intents = openIntents(files);
  if (!intents.ok) throw new Error(intents.error);
  const mastership = { files, name: 'mastership' };
  const plans = withAdoptions(routerPlans(configuration, intents.value), mastership, world.clock.now());
  const engine = createEngine({
    identity: { host: spec.name, version, pid: 0, mode: 'sim', config: file },
    configuration,
    reread,
    peers: spec.peers,
    mastership: keepMastership(mastership, world.clock, node.host.alarms),
    port: inProcess(node.host, (host_, report) => createRouterNode(plans, host_, report, staticPlan(configuration))),
    host,
    intents: intents.value,
    journal: createJournal(files, () => {}),
  });
  await engine.start();
  const rewrite = (next: string): void => {
    text = next;
  };
  const link = (): EngineLink => engine.linkFor('demo');
  return {
    name: spec.name,
    node,
    engine,
    table,
    prober,
    scripts,
    files,
    watchedFiles,
    processes,
    fifos,
    link,
    rewrite,
  };
}

/** Warnings are of no interest to a simulation. */
function read(file: string, text: string): Reread {
  const { configuration, diagnostics } = loadConfiguration(file, (path) => (path === file ? ok(text) : err('ENOENT')));
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const problems = errors.map(({ message, span }) => ({
    severity: 'error' as const,
    text: `${span.file}:${span.line}: ${message}`,
  }));
  return { configuration, problems };
}

/** The routers in this thread: reports are told as they come. */
function inProcess(
  host: VrrpHost,
  create: (host: VrrpHost, report: (report: RouterReport) => void) => ReturnType<typeof createRouterNode>,
): RouterPort {
  const listeners: ((report: RouterReport) => void)[] = [];
  const node = create(host, (report) => {
    for (const listener of listeners) listener(report);
  });
  return { send: (command) => node.command(command), listen: (listener) => void listeners.push(listener) };
}

/** Lets the world run with the wall clock, in steps of 10 ms; returns the way to stop it. */
export function runInRealTime(world: World): () => void {
  const origin = performance.now() - world.clock.now();
  const timer = setInterval(() => {
    const due = milliseconds(performance.now() - origin - world.clock.now());
    if (due > 0) world.run(due);
  }, 10);
  return () => clearInterval(timer);
}
