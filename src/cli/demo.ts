/** `hatop demo`: a cluster to play with, on real packets where this machine allows it, else in the simulator. */
import { fileURLToPath } from 'node:url';
import { EngineError, type EngineLink } from '../control/link.ts';
import type { RequestOutcome } from '../lab/demo-netns.ts';
import { connect } from './connect.ts';
import { VERSION } from './version.ts';

interface DemoOptions {
  readonly sim?: boolean;
  readonly netns?: boolean;
  readonly headless?: number;
  readonly dataPlane?: string;
}

/** A running demo: what the console shows, and how it goes away. */
interface Stage {
  readonly links: readonly EngineLink[];
  readonly mode: string;
  readonly why: string;
  /** Tells of every request of the client through the VIP; absent in the simulator. */
  readonly onRequest?: (listener: (outcome: RequestOutcome) => void) => void;
  stop(): Promise<void>;
}

export async function demo(options: DemoOptions): Promise<number> {
  const drawable = process.stdout.isTTY && process.env.TERM && process.env.TERM !== 'dumb';
  if (options.headless === undefined && !drawable) {
    throw new EngineError('the demo draws on a terminal, and this is none; try: hatop demo --headless 20', 2);
  }
  const stage = await build(options);
  // Whatever ends us, the cluster goes with us; the console restores the screen by itself.
  const signals = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;
  const leave = (signal: NodeJS.Signals): void => {
    stage.stop().finally(() => process.exit(128 + (signal === 'SIGHUP' ? 1 : signal === 'SIGINT' ? 2 : 15)));
  };
  for (const signal of signals) process.on(signal, leave);
  try {
    if (options.headless !== undefined) return await watch(stage, options.headless);
    const { runConsole } = await import('../console/run.ts');
    return await runConsole({
      links: [...stage.links],
      title: { mode: stage.mode, why: stage.why },
      readOnly: false,
      stdin: process.stdin,
      stdout: process.stdout,
    });
  } finally {
    for (const link of stage.links) link.close();
    await stage.stop();
  }
}

async function build(options: DemoOptions): Promise<Stage> {
  if (options.sim) return simStage('asked for by --sim');
  const { probeNamespaces } = await import('../lab/namespaces.ts');
  const probe = await probeNamespaces();
  const why = options.netns ? 'asked for by --netns' : 'network namespaces can be made here';
  if (probe.ok) return netnsStage(why, options.dataPlane);
  if (options.netns || options.dataPlane) throw new EngineError(`no network namespaces here: ${probe.why}`, 4);
  return simStage(probe.why);
}

async function netnsStage(why: string, dataPlane: string | undefined): Promise<Stage> {
  const { startNetnsDemo } = await import('../lab/demo-netns.ts');
  process.stderr.write('hatop: building the cluster in network namespaces …\n');
  const program = fileURLToPath(new URL('../bin/hatop.js', import.meta.url));
  const cluster = await startNetnsDemo({ hatop: [process.execPath, program], dataPlane });
  const links = await Promise.all(
    cluster.directors.map(({ name, socket }) => connect(socket, false, `director ${name}`)),
  );
  const { onRequest } = cluster.client;
  return { links, mode: 'demo in network namespaces', why, onRequest, stop: () => cluster.stop() };
}

async function simStage(why: string): Promise<Stage> {
  const { startSimDemo } = await import('../lab/demo-sim.ts');
  const cluster = await startSimDemo({ seed: 1, epochMs: Date.now(), version: VERSION });
  const links = cluster.directors.map((director) => director.link());
  return { links, mode: 'demo in the simulator', why, stop: () => cluster.stop() };
}

/** Prints what happens, for people without a terminal and for scripts. */
async function watch(stage: Stage, seconds: number): Promise<number> {
  process.stdout.write(`${stage.mode} (${stage.why})\n`);
  for (const link of stage.links) {
    link.subscribe((update) => {
      if (update.kind === 'event') {
        const { at, subject, text } = update.event;
        process.stdout.write(`${at} ${link.name} ${subject || 'engine'}: ${text}\n`);
      } else if (update.kind === 'advert' && update.advert.direction === 'received') {
        const { at, source, vrid, priority, verdict } = update.advert;
        process.stdout.write(`${at} ${link.name} heard ${source} vrid ${vrid} priority ${priority} ${verdict}\n`);
      } else if (update.kind === 'gone') {
        process.stdout.write(`${link.name}: ${update.reason}\n`);
      }
    });
  }
  stage.onRequest?.(({ at, ms, by, error }) => {
    const came = by === null ? `no answer (${error})` : `answered by ${by} in ${ms} ms`;
    process.stdout.write(`${new Date(at).toISOString()} client asks the virtual address: ${came}\n`);
  });
  await new Promise((resolve) => {
    setTimeout(resolve, seconds * 1000);
    // Nobody reads on (`| head`): the cluster need not go on either.
    process.stdout.once('error', resolve);
  });
  return 0;
}
