/**
 * A pair of directors that balances over two real servers, and clients that ask through the virtual address: one service
 * takes turns by weight, the other hashes the client's address.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { expect, vi } from 'vitest';
import { startActor } from '../../src/lab/actors.ts';
import { balancedServiceConf } from '../../src/lab/configurations.ts';
import { batch, buildLab, type NetnsLab, portOf, vipHolders } from '../../src/lab/namespaces.ts';
import { type LabProcess, startProcess } from '../../src/lab/process.ts';
import { DIRECTORS, type DirectorName, REAL_SERVERS } from '../../src/lab/topology.ts';
import { type Director, director } from '../interop/director.ts';

/** The services' ports. */
export const TURNS = 80;
export const HASHED = 8080;
/** For what should be there at once, on a machine that is busy. */
export const PATIENTLY = { timeout: 30_000, interval: 100 };
const PATIENCE_MS = 30_000;

export interface Answer {
  /** Wall-clock ms. */
  readonly sent: number;
  readonly ms: number;
  readonly by: string | null;
  readonly error: string | null;
  readonly connection: number;
}

export type ServerName = (typeof REAL_SERVERS)[number];

/** Connections that stay open; they are asked again and again until `finish`. */
export interface KeptOpen {
  answered(): number;
  finish(): Promise<Answer[]>;
}

export interface BalancedPair {
  readonly lab: NetnsLab;
  readonly a: Director;
  readonly b: Director;
  startServer(name: ServerName): Promise<void>;
  stopServer(name: ServerName): Promise<void>;
  /** So many requests, one after another, each on a new connection. */
  requests(count: number): Promise<Answer[]>;
  /** The same while `action` runs and until a second after it, to each of the services. */
  loopDuring(action: () => Promise<unknown>): Promise<{ readonly turns: Answer[]; readonly hashed: Answer[] }>;
  keepOpen(count: number, port?: number): Promise<KeptOpen>;
  /** The weights of s1 and s2 in the table of a director as its own engine sees them; null: not there. */
  weights(on: Director): Promise<(number | null)[]>;
  /** What nft lists of all tables of a director. */
  rules(on: Director): Promise<string>;
  /** The node is gone from the LAN at one moment, with everything on it; or there again. */
  cut(name: DirectorName, cut: boolean): Promise<void>;
  /** Resolves when `name` alone has the address, by what the kernel says. */
  master(name: DirectorName): Promise<void>;
  remove(): Promise<void>;
}

/** Both directors run, a is master, and all checks have passed. */
export async function balancedPair(dataPlane: string): Promise<BalancedPair> {
  const lab = await buildLab();
  try {
    const pair = await populate(lab, dataPlane);
    await Promise.all([...REAL_SERVERS.map(pair.startServer), pair.a.start(), pair.b.start()]);
    await pair.master('a');
    for (const one of [pair.a, pair.b]) {
      await vi.waitFor(async () => expect(await pair.weights(one)).toEqual([3, 1]), PATIENTLY);
    }
    return pair;
  } catch (error) {
    await lab.remove();
    throw error;
  }
}

async function populate(lab: NetnsLab, dataPlane: string): Promise<BalancedPair> {
  const folder = mkdtempSync(join(tmpdir(), 'hatop-balanced-'));
  lab.reaper.directory(folder);
  const service = (port: number): string => balancedServiceConf(lab, { port, delayLoop: 1 });
  const conf = service(TURNS) + service(HASHED).replace('lb_algo wrr', 'lb_algo sh');
  const more = { conf, args: ['--data-plane', dataPlane] };
  const directors = DIRECTORS.map((name) => director(lab, folder, name, 'hatop', { adverInterval: 1 }, more));
  const [a, b] = directors as [Director, Director];
  const servers = new Map<ServerName, LabProcess[]>();

  return {
    lab,
    a,
    b,
    async startServer(name) {
      const started = [TURNS, HASHED].map((port) =>
        startActor('http-server', [name, port, join(folder, `${name}-fails`)], lab.nodes[name].namespace),
      );
      servers.set(name, started);
      for (const server of started) await server.waitFor(/listening/, PATIENTLY.timeout);
    },
    async stopServer(name) {
      for (const server of servers.get(name) ?? []) await server.stop();
    },
    ...clientsOf(lab),
    async weights(on) {
      const { services } = await on.status();
      return (services[0]?.realServers ?? []).map(({ weight }) => weight.kernel);
    },
    rules: async (on) => (await execa('ip', ['netns', 'exec', on.namespace, 'nft', 'list', 'ruleset'])).stdout,
    cut: (name, cut) => batch(lab.switchNamespace, [`link set ${portOf(lab.nodes[name])} ${cut ? 'down' : 'up'}`]),
    master: (name) => vi.waitFor(async () => expect(await vipHolders(lab)).toEqual([name]), PATIENTLY),
    remove: lab.remove,
  };
}

function clientsOf(lab: NetnsLab): Pick<BalancedPair, 'requests' | 'loopDuring' | 'keepOpen'> {
  const client = (kind: 'new' | 'kept', port: number, everyMs: number, ...count: number[]): LabProcess => {
    const words = [kind, `http://${lab.vip}:${port}/`, everyMs, PATIENCE_MS, ...count].map(String);
    const argv = [process.execPath, join(import.meta.dirname, 'client.mjs'), ...words];
    return startProcess(argv, { namespace: lab.nodes.client.namespace });
  };
  const answers = async (asking: LabProcess): Promise<Answer[]> =>
    JSON.parse((await asking.waitFor(/^\[/, 2 * PATIENCE_MS)).text) as Answer[];

  return {
    requests: (count) => answers(client('new', TURNS, 0, count)),
    async loopDuring(action) {
      const loops = [client('new', TURNS, 20), client('new', HASHED, 20)];
      for (const loop of loops) await loop.waitFor(/asking/, PATIENTLY.timeout);
      await sleep(300);
      await action();
      await sleep(1000);
      for (const loop of loops) loop.endInput();
      const [turns = [], hashed = []] = await Promise.all(loops.map(answers));
      return { turns, hashed };
    },
    async keepOpen(count, port = TURNS) {
      const kept = client('kept', port, 100, count);
      const answered = (): number => kept.lines.filter(({ text }) => text === 'answered').length;
      // Each of them has been asked: none is still about to connect.
      await vi.waitFor(() => expect(answered()).toBeGreaterThan(3 * count), PATIENTLY);
      return {
        answered,
        finish() {
          kept.endInput();
          return answers(kept);
        },
      };
    },
  };
}

export const failed = (answers: readonly Answer[]): Answer[] => answers.filter(({ error }) => error !== null);

/** Who answered how often. */
export function shares(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { by, error } of answers) counts[by ?? String(error)] = (counts[by ?? String(error)] ?? 0) + 1;
  return counts;
}
