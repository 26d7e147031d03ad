/** `hatop run`: the engine in the foreground, from the configuration file to the control socket. */
import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname } from 'node:path';
import type { DataPlaneChoice, HatopConf } from '../conf/hatop-conf.ts';
import type { Configuration } from '../conf/model.ts';
import { EngineError } from '../control/link.ts';
import { serveControl } from '../control/server.ts';
import { routerPlans, staticPlan } from '../engine/assemble.ts';
import { createEngine, type Engine } from '../engine/engine.ts';
import { type Intents, openIntents } from '../engine/intents.ts';
import { createJournal, type Journal } from '../engine/journal.ts';
import { keepMastership, type MastershipFile, withAdoptions } from '../engine/mastership.ts';
import type { PeerDoor } from '../engine/peers/peer-door.ts';
import { linuxClock } from '../linux/clock.ts';
import { lockDirectory } from '../linux/directory-lock.ts';
import { openIpvsTable } from '../linux/ipvs-table.ts';
import { openNftTable } from '../linux/nft-table.ts';
import { openStateFiles } from '../linux/state-files.ts';
import { describeOsError } from '../ports/os-error.ts';
import type { StateFiles } from '../ports/state-files.ts';
import { timeoutAlarms } from './alarms.ts';
import { readConfiguration, readHatopConf } from './configuration.ts';
import { type ChosenDataPlane, chooseDataPlane, clearOtherPlane, type DataPlaneWish } from './data-plane.ts';
import { endEngine, watchForEnding } from './ending.ts';
import { journalLine, type Log, openLog } from './log.ts';
import { peerDoor } from './peer-door.ts';
import { identifyPeer } from './peers.ts';
import { rereadConfiguration, watchForHangups } from './reread.ts';
import { startRouterThread } from './router-thread.ts';
import { withoutUnusableScripts } from './script-policy.ts';
import { openServiceHost } from './service-host.ts';
import { checkSurroundings } from './surroundings.ts';

export interface RunOptions {
  readonly file: string;
  readonly socket: string;
  readonly stateDir: string;
  /** Absent: as hatop.conf says, else auto. */
  readonly dataPlane?: DataPlaneChoice;
  readonly hatopConf: string;
  /** Somebody asked for that file: it must be there. */
  readonly hatopConfNamed: boolean;
  readonly dryRun?: boolean;
  readonly version: string;
}

export async function run(options: RunOptions): Promise<number> {
  const log = openLog();
  const { configuration, warnings } = withoutUnusableScripts(readConfiguration(options.file, log));
  const ours = readHatopConf(options.hatopConf, options.hatopConfNamed, log);
  const wish = dataPlaneWish(options, ours);
  for (const text of warnings) log(`warning: ${text}`);
  if (options.dryRun) {
    const { instances, virtualServers } = configuration;
    process.stdout.write(`would run ${instances.length} instances, ${virtualServers.length} services\n`);
    return 0;
  }
  checkSurroundings(configuration);
  const plane = chooseDataPlane(wish, DOORS);
  const files = openState(options.stateDir, log);
  const warn = (text: string): void => log(`warning: ${text}`);
  for (const text of clearOtherPlane(plane.table.kind, DOORS, files, warn)) warn(text);
  const intents = openIntents(files);
  if (!intents.ok) throw new EngineError(`${options.stateDir}: ${intents.error}`, 1);
  const journal = createJournal(files, log);
  journal.watch((event) => log(journalLine(event)));
  const peers = ours.peers.map((peer) => peerDoor(peer, options.version));
  const parts = { options, configuration, peers, files, intents: intents.value, journal, plane };
  return runEngine(parts, log);
}

/** An option beats the file. */
function dataPlaneWish({ dataPlane }: RunOptions, { dataPlane: said }: HatopConf): DataPlaneWish {
  if (dataPlane !== undefined) return { choice: dataPlane, by: '--data-plane' };
  if (said) return { choice: said.choice, by: `${said.span.file}:${said.span.line}` };
  return { choice: 'auto', by: 'nobody' };
}

const DOORS = {
  ipvs: openIpvsTable,
  nftables: () => openNftTable(),
};

interface Parts {
  readonly options: RunOptions;
  readonly configuration: Configuration;
  readonly files: StateFiles;
  readonly intents: Intents;
  readonly journal: Journal;
  readonly plane: ChosenDataPlane;
  readonly peers: readonly PeerDoor[];
}

async function runEngine(parts: Parts, log: Log): Promise<number> {
  const { options, configuration, files, intents, journal, plane, peers } = parts;
  const ending = watchForEnding(log);
  const hangups = watchForHangups(log);
  const mastership = mastershipFile(options.socket);
  const started = routerPlans(configuration, intents);
  const plans = mastership ? withAdoptions(started, mastership, linuxClock.now()) : started;
  const { scheduling } = configuration.global;
  const thread = startRouterThread(plans, staticPlan(configuration), scheduling, ending.routersDied);
  const engine = createEngine({
    identity: { host: hostname(), version: options.version, pid: process.pid, mode: 'linux', config: options.file },
    configuration,
    reread: () => rereadConfiguration(options.file),
    mastership: mastership && keepMastership(mastership, linuxClock, timeoutAlarms(linuxClock)),
    port: thread,
    host: openServiceHost(files, plane),
    peers,
    intents,
    journal,
  });
  let control: Awaited<ReturnType<typeof serveControl>>;
  try {
    control = await openControl(options, engine);
  } catch (error) {
    thread.stop();
    throw error;
  }
  // Started under the same watch: a thread that dies at once must not leave us waiting for it.
  await Promise.race([engine.start(), ending.asked]);
  hangups.reload(engine);
  if (!ending.begun()) log(`hatop ${options.version} runs ${options.file}; control socket ${options.socket}`);
  const why = await ending.asked;
  control.close();
  const problems = await endEngine(engine, engine.plans, ending.dead);
  thread.stop();
  for (const text of problems) log(`error: ${text}`);
  return why === 'signal' && problems.length === 0 ? 0 : 1;
}

/** Beside the socket: in /run it is gone after a reboot, as the addresses are, and costs no disk. */
function mastershipFile(socket: string): MastershipFile | undefined {
  const directory = dirname(socket);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o755 });
  } catch {
    // The control socket, which goes there too, says why, and ends the start.
    return undefined;
  }
  const files = openStateFiles(directory);
  return files.ok ? { files: files.value, name: `${basename(socket)}.mastership` } : undefined;
}

function openControl({ socket: path, version }: RunOptions, engine: Engine): ReturnType<typeof serveControl> {
  return serveControl({
    path,
    version,
    identify: identifyPeer,
    linkFor: (peer) => engine.linkFor(peer.name, 'sshServer' in peer ? String(peer.sshServer ?? '') : undefined),
  });
}

function openState(directory: string, log: Log): StateFiles {
  const files = openStateFiles(directory);
  if (!files.ok) {
    const code = files.error.code === 'EACCES' || files.error.code === 'EPERM' ? 4 : 1;
    throw new EngineError(`${describeOsError(files.error)}; choose another with --state-dir`, code);
  }
  const locked = lockDirectory(directory);
  if (!locked.ok && locked.error.code === 'EAGAIN') {
    throw new EngineError(`another engine keeps its state in ${directory}; choose another with --state-dir`, 2);
  }
  if (!locked.ok) log(`warning: ${describeOsError(locked.error)}; nothing keeps a second engine out of it`);
  return files.value;
}
