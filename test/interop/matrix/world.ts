/** One pair of the matrix in namespaces of its own: who holds the VIP by the kernel, who advertises by the capture. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { $ } from 'zx';
import { type Capture, startCapture } from '../../../src/lab/capture.ts';
import { batch, buildLab, type NetnsLab, portOf } from '../../../src/lab/namespaces.ts';
import { wallNow } from '../../../src/lab/process.ts';
import { DIRECTORS, type DirectorName } from '../../../src/lab/topology.ts';
import { type Director, director, type Stack } from '../director.ts';
import type { OnFinished } from '../two-lans.ts';
import { address6, type CellSettings, cellConf, intervalMs, vipOf } from './configuration.ts';

export interface World {
  readonly cell: CellSettings;
  readonly lab: NetnsLab;
  readonly a: Director;
  readonly b: Director;
  readonly capture: Capture;
  /** The kernel's answer. */
  holders(): Promise<DirectorName[]>;
  /** Exactly these hold the VIP, and exactly these have advertised lately. */
  settled(...on: DirectorName[]): Promise<void>;
  /** Stops `name`, and starts it with one virtual address more than the peer has, or without. */
  restart(name: DirectorName, options?: { readonly oneMore: boolean }): Promise<void>;
  setPlugged(name: DirectorName, plugged: boolean): Promise<void>;
  /** Which director's MAC it is. */
  sentBy(mac: string): DirectorName | undefined;
}

/** Generous: a busy machine is no failure. It ends as soon as it is so. */
const PATIENCE = 30_000;

/** `onFinished`: the test's own, of its context; vitest's global one belongs to whichever test came last. */
export async function worldOf(
  stacks: { a: Stack; b: Stack },
  cell: CellSettings,
  onFinished: OnFinished,
): Promise<World> {
  const lab = await buildLab();
  onFinished(() => lab.remove());
  const folder = await mkdtemp(join(tmpdir(), 'hatop-matrix-'));
  lab.reaper.directory(folder);
  for (const role of ['a', 'b', 'client'] as const) {
    await batch(lab.nodes[role].namespace, [`address add ${address6(role)}/64 dev ${lab.interface} nodad`]);
  }
  const failFile = (name: DirectorName): string => join(folder, `${name}-fails`);
  const conf = (name: DirectorName, oneMore = false): string =>
    cellConf(lab, name, cell, { failFile: failFile(name), oneMore });
  const [a, b] = DIRECTORS.map((name) => director(lab, folder, name, stacks[name], {}, { whole: conf(name) })) as [
    Director,
    Director,
  ];
  const nodes = { a, b };
  const capture = await startCapture(lab);
  const macs = new Map(await Promise.all(DIRECTORS.map(async (name) => [await macOf(lab, name), name] as const)));
  const sentBy = (mac: string): DirectorName | undefined => macs.get(mac);
  const holders = () => vipHolders(lab, vipOf(lab, cell));
  const quiet = 2.5 * intervalMs(cell) + 100;

  const settled = (...on: DirectorName[]): Promise<void> =>
    vi.waitFor(
      async () => {
        const recent = capture.adverts().filter(({ at, priority }) => priority > 0 && at > wallNow() - quiet);
        const senders = [...new Set(recent.map(({ from }) => sentBy(from)))].sort();
        const seen = `held by ${await holders()}, advertised by ${senders}`;
        const log = DIRECTORS.flatMap((name) => nodes[name].logSince(0).slice(-15)).join('\n');
        if (seen !== `held by ${on}, advertised by ${on}`) throw new Error(`not ${on} alone: ${seen}\n${log}`);
      },
      { timeout: PATIENCE, interval: 50 },
    );

  return {
    cell,
    lab,
    a,
    b,
    capture,
    holders,
    settled,
    sentBy,
    async restart(name, { oneMore } = { oneMore: false }) {
      await nodes[name].stop();
      nodes[name].configure(conf(name, oneMore));
      await nodes[name].start();
    },
    setPlugged: (name, plugged) =>
      batch(lab.switchNamespace, [
        `link set ${portOf(lab.nodes[name])} ${plugged ? `master ${lab.bridge}` : 'nomaster'}`,
      ]),
  };
}

const quietly = { quiet: true, verbose: false } as const;

async function vipHolders(lab: NetnsLab, vip: string): Promise<DirectorName[]> {
  const held = await Promise.all(
    DIRECTORS.map(async (name) => {
      const { stdout } = await $(quietly)`ip -j -n ${lab.nodes[name].namespace} address show dev ${lab.interface}`;
      const links = JSON.parse(stdout) as { addr_info?: { local: string }[] }[];
      return links.some((link) => link.addr_info?.some(({ local }) => local === vip)) ? [name] : [];
    }),
  );
  return held.flat();
}

async function macOf(lab: NetnsLab, name: DirectorName): Promise<string> {
  const { stdout } = await $(quietly)`ip -j -n ${lab.nodes[name].namespace} link show dev ${lab.interface}`;
  return (JSON.parse(stdout) as { address: string }[])[0]?.address ?? '';
}
