/** Runs in the guest: the cluster of guest-pair.ts, what its course waits for, and the record of its steps. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { $ } from 'zx';
import { startActor } from '../../src/lab/actors.ts';
import { balancedServiceConf, guardedServiceConf } from '../../src/lab/configurations.ts';
import { buildLab, vipHolders } from '../../src/lab/namespaces.ts';
import { type LabProcess, startProcess, wallNow } from '../../src/lab/process.ts';
import { DIRECTORS, type DirectorName } from '../../src/lab/topology.ts';
import { type Director, director, type Stack } from '../interop/director.ts';
import type { RequestRecord, Step } from './pair-record.ts';

const FOLDER = '/run/pair';
/** What the client sees of a step may come a little later than its end. */
const AFTERWARDS_MS = 400;
mkdirSync(FOLDER);
export const lab = await buildLab('pair');
// A client's port that met a dead server comes again sooner or later. Without this the kernel goes on sending it to that
// server, and once the server has left the table it drops the packets without a word.
for (const { namespace } of [lab.nodes.a, lab.nodes.b]) {
  await $({ quiet: true })`ip netns exec ${namespace} sysctl -q -w net.ipv4.vs.expire_nodest_conn=1`;
}

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

async function until(what: string, holds: () => Promise<boolean>, timeoutMs = 15_000): Promise<void> {
  for (const start = wallNow(); !(await holds()); await sleep(200)) {
    if (wallNow() - start > timeoutMs) throw new Error(`never came true: ${what}`);
  }
}
export const settled = (on: DirectorName): Promise<void> =>
  until(`the VIP on ${on} alone`, async () => String(await vipHolders(lab)) === on);

const tableOf = async (name: DirectorName): Promise<string> =>
  (await $({ quiet: true })`ip netns exec ${lab.nodes[name].namespace} ipvsadm-save -n`).stdout.trim();
const destinations = (name: DirectorName, count: number): Promise<void> =>
  until(`${count} servers on ${name}`, async () => (await tableOf(name)).split('\n').length === count + 1);
export const bothHave = (count: number): Promise<unknown> =>
  Promise.all(DIRECTORS.map((name) => destinations(name, count)));

/** Notes the table of a director whenever it looks another way; from before it resolves. */
async function watchTable(name: DirectorName, everyMs: number): Promise<() => Promise<string[]>> {
  const seen: string[] = [];
  const look = async (): Promise<void> => {
    const table = await tableOf(name);
    if (table !== seen.at(-1)) seen.push(table);
  };
  await look();
  const over = new AbortController();
  const pause = (): Promise<unknown> => sleep(everyMs, undefined, { signal: over.signal }).catch(() => undefined);
  const loop = (async () => {
    for (; !over.signal.aborted; await pause()) await look();
  })();
  return async () => {
    over.abort();
    await loop;
    await look();
    return seen;
  };
}

export interface Recorder {
  readonly steps: readonly Step[];
  /** `action` may give words for the record. Where it throws, that is in the record, and the course goes on. */
  step(title: string, action: () => Promise<unknown>, everyMs?: number): Promise<void>;
}

export function recorder(a: Director, b: Director): Recorder {
  const steps: Step[] = [];
  return {
    steps,
    async step(title, action, everyMs = 1000) {
      const [endA, endB] = await Promise.all([watchTable('a', everyMs), watchTable('b', everyMs)]);
      const at = wallNow();
      let words: unknown;
      try {
        words = await action();
        await sleep(AFTERWARDS_MS);
      } catch (error) {
        words = `FAILED: ${error instanceof Error ? error.message : error}`;
      }
      const holders = await vipHolders(lab);
      const until = wallNow();
      const tables = { a: await endA(), b: await endB() };
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
