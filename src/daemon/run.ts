/** `hatop run`: the engine in the foreground, from the configuration file to the control socket. */
import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import type { Configuration } from '../conf/model.ts';
import { EngineError } from '../control/link.ts';
import { serveControl } from '../control/server.ts';
import { cannotRun, routerPlans } from '../engine/assemble.ts';
import { createEngine, type Engine } from '../engine/engine.ts';
import { type Intents, openIntents } from '../engine/intents.ts';
import { createJournal, type Journal } from '../engine/journal.ts';
import type { RouterPlan } from '../engine/router/messages.ts';
import { openStateFiles } from '../linux/state-files.ts';
import type { StateFiles } from '../ports/state-files.ts';
import { readConfiguration } from './configuration.ts';
import { identifyPeer } from './peers.ts';
import { releaseAddresses } from './rescue.ts';
import { startRouterThread } from './router-thread.ts';
import { withoutUnusableScripts } from './script-policy.ts';
import { openServiceHost } from './service-host.ts';
import { checkSurroundings } from './surroundings.ts';

export interface RunOptions {
  readonly file: string;
  readonly socket: string;
  readonly stateDir: string;
  readonly dryRun?: boolean;
  readonly version: string;
}

/** Standard error is the log: systemd stamps and keeps it. */
const log = (text: string): void => void process.stderr.write(`${text}\n`);

export async function run(options: RunOptions): Promise<number> {
  const { configuration, warnings } = withoutUnusableScripts(readConfiguration(options.file, log));
  for (const text of [...leftOut(configuration), ...warnings]) log(`warning: ${text}`);
  if (options.dryRun) {
    log(`would run ${configuration.instances.length} instances, ${configuration.virtualServers.length} services`);
    return 0;
  }
  checkSurroundings(configuration);
  const files = openState(options.stateDir);
  const intents = openIntents(files);
  if (!intents.ok) throw new EngineError(`${options.stateDir}: ${intents.error}`, 1);
  const journal = createJournal(files, log);
  journal.watch(({ severity, subject, text }) => log(`${severity}: ${subject ? `${subject}: ` : ''}${text}`));
  return runEngine(options, configuration, files, intents.value, journal);
}

async function runEngine(
  options: RunOptions,
  configuration: Configuration,
  files: StateFiles,
  intents: Intents,
  journal: Journal,
): Promise<number> {
  const ending = untilEnding();
  const plans = routerPlans(configuration, intents);
  const thread = startRouterThread(plans, ending.died);
  const engine = createEngine({
    identity: { host: hostname(), version: options.version, pid: process.pid, mode: 'linux', config: options.file },
    configuration,
    port: thread,
    host: openServiceHost(files),
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
  const crash = await Promise.race([engine.start().then(() => undefined), ending.cause]);
  log(`hatop ${options.version} runs ${options.file}; control socket ${options.socket}`);
  const cause = crash ?? (await ending.cause);
  control.close();
  if (cause instanceof Error) return crashed(cause, plans);
  const stopped = await Promise.race([engine.stop().then(() => true), patience(STOP_WITHIN_MS)]);
  thread.stop();
  // A router thread that does not answer must not keep us from ending, nor keep the addresses.
  if (!stopped) for (const text of releaseAddresses(plans)) log(`error: ${text}`);
  return stopped ? 0 : 1;
}

const STOP_WITHIN_MS = 3000;
const patience = (ms: number): Promise<false> =>
  new Promise((resolve) => {
    setTimeout(() => resolve(false), ms).unref();
  });

/** A signal that asks for a graceful end, or the error that ended the virtual routers. */
function untilEnding(): { readonly cause: Promise<NodeJS.Signals | Error>; readonly died: (error: Error) => void } {
  let died: (error: Error) => void = () => {};
  const cause = new Promise<NodeJS.Signals | Error>((resolve) => {
    died = resolve;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, resolve);
    process.on('SIGHUP', () => log('warning: reload is not there yet; stop and start to read the configuration again'));
  });
  return { cause, died };
}

/** The virtual routers are gone without a word: no address of theirs may stay where nobody defends it. */
function crashed(error: Error, plans: readonly RouterPlan[]): number {
  log(`error: the virtual routers failed: ${error.stack ?? error.message}`);
  for (const text of releaseAddresses(plans)) log(`error: ${text}`);
  return 1;
}

function openControl({ socket: path, version }: RunOptions, engine: Engine): ReturnType<typeof serveControl> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  return serveControl({
    path,
    version,
    identify: identifyPeer,
    linkFor: (peer) => engine.linkFor(peer.name, 'sshServer' in peer ? String(peer.sshServer ?? '') : undefined),
  });
}

function openState(directory: string): StateFiles {
  const files = openStateFiles(directory);
  if (files.ok) return files.value;
  const code = files.error.code === 'EACCES' || files.error.code === 'EPERM' ? 4 : 1;
  throw new EngineError(`${files.error.what}: ${files.error.code}; choose another with --state-dir`, code);
}

const leftOut = ({ instances }: Configuration): string[] =>
  instances.flatMap((instance) => {
    const what = cannotRun(instance);
    return what === undefined ? [] : [`instance ${instance.name} is left out: ${what} is not there yet`];
  });
