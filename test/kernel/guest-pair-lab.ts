/** Runs in the guest: the cluster of guest-pair.ts, what its course waits for, and the record of its steps. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { $ } from 'zx';
import { startActor } from '../../src/lab/actors.ts';
import { balancedServiceConf, guardedServiceConf } from '../../src/lab/configurations.ts';
import { buildLab } from '../../src/lab/namespaces.ts';
import { type LabProcess, startProcess, wallNow } from '../../src/lab/process.ts';
import { DIRECTORS, type DirectorName } from '../../src/lab/topology.ts';
import { type Director, director, type Stack } from '../interop/director.ts';
import type { RequestRecord, Step } from './pair-record.ts';
import { procView } from './proc-view.ts';

const FOLDER = '/run/pair';
/** What the client sees of a step may come a little later than its end. */
const AFTERWARDS_MS = 400;
/** Between two looks at a table. */
const LOOK_MS = 100;
mkdirSync(FOLDER);
export const lab = await buildLab('pair');
// A client's port that met a dead server comes again sooner or later. Without this the kernel goes on sending it to that
// server, and once the server has left the table it drops the packets without a word.
for (const { namespace } of [lab.nodes.a, lab.nodes.b]) {
  await $({ quiet: true })`ip netns exec ${namespace} sysctl -q -w net.ipv4.vs.expire_nodest_conn=1`;
}

const kernels = { a: procView(lab.nodes.a.namespace), b: procView(lab.nodes.b.namespace) };
const vipHolders = (): DirectorName[] => DIRECTORS.filter((name) => kernels[name].owns(lab.vip));
export const leave = async (): Promise<void> => {
  await Promise.all(DIRECTORS.map((name) => kernels[name].remove()));
  await lab.remove();
};

export function directorOf(name: DirectorName, stack: Stack): Director {
  const made = director(lab, FOLDER, name, stack, {});
  const conf = guardedServiceConf(lab, name, { adverInterval: 1 }) + balancedServiceConf(lab);
  writeFileSync(join(FOLDER, `${name}.conf`), conf);
  return made;
}

export const serve = async (name: 's1' | 's2'): Promise<LabProcess> => {
  const server = startActor('http-server', [name, 80, '/nonexistent'], lab.nodes[name].namespace);
  await server.waitFor(/listening/);
  return server;
};
export const ask = (...parameters: number[]): LabProcess => {
  const program = [process.execPath, 'client.mjs', `http://${lab.vip}/`, ...parameters.map(String)];
  return startProcess(program, { namespace: lab.nodes.client.namespace });
};
export const answers = async (client: LabProcess): Promise<RequestRecord[]> =>
  JSON.parse((await client.waitFor(/^\[/, 20_000)).text);

async function until(what: string, holds: () => boolean, timeoutMs = 15_000): Promise<void> {
  for (const start = wallNow(); !holds(); await sleep(200)) {
    if (wallNow() - start > timeoutMs) throw new Error(`never came true: ${what}`);
  }
}
export const settled = (on: DirectorName): Promise<void> =>
  until(`the VIP on ${on} alone`, () => String(vipHolders()) === on);

const destinations = (name: DirectorName, count: number): Promise<void> =>
  until(`${count} servers on ${name}`, () => kernels[name].table().split('\n').length === count + 1);
export const bothHave = (count: number): Promise<unknown> =>
  Promise.all(DIRECTORS.map((name) => destinations(name, count)));

/** Notes the table of a director whenever it looks another way, until it is asked what it saw. */
function watchTable(name: DirectorName): () => string[] {
  const seen: string[] = [];
  const look = (): void => {
    const table = kernels[name].table();
    if (table !== seen.at(-1)) seen.push(table);
  };
  look();
  const timer = setInterval(look, LOOK_MS);
  return () => {
    clearInterval(timer);
    look();
    return seen;
  };
}

export interface Recorder {
  readonly steps: readonly Step[];
  /** `action` may give words for the record. Where it throws, that is in the record, and the course goes on. */
  step(title: string, action: () => Promise<unknown>): Promise<void>;
}

export function recorder(a: Director, b: Director): Recorder {
  const steps: Step[] = [];
  return {
    steps,
    async step(title, action) {
      const [endA, endB] = [watchTable('a'), watchTable('b')];
      const at = wallNow();
      let words: unknown;
      try {
        words = await action();
        await sleep(AFTERWARDS_MS);
      } catch (error) {
        words = `FAILED: ${error instanceof Error ? error.message : error}`;
      }
      const holders = vipHolders();
      const until = wallNow();
      const tables = { a: endA(), b: endB() };
      const log = [a, b].flatMap((one) => one.logSince(at).map((line) => `${one.name} ${one.stack}: ${line}`));
      steps.push({ title, at, until, holders, tables, log: [...(words ? [String(words)] : []), ...log] });
    },
  };
}

/** `hatop VERB TARGET --yes`; throws where it does not say 0. */
export async function operate(on: Director, verb: string, target: string): Promise<string> {
  const { status, stdout, stderr } = await on.hatop(verb, target, '--yes', '--reason', 'kernel test');
  const words = `${verb} ${target} on ${on.name}: status ${status}\n${stdout}${stderr}`.trim();
  if (status !== 0) throw new Error(words);
  return words;
}
