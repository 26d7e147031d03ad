/** A robot at the keyboard of the console, 80×24: what it presses is checked on the wire and in the kernel, then on the screen. */
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import type { Snapshot } from '../../src/control/snapshot.ts';
import { type AdvertSighting, type Capture, startCapture } from '../../src/lab/capture.ts';
import { type NetnsDemo, startNetnsDemo } from '../../src/lab/demo-netns.ts';
import { vipHolders } from '../../src/lab/namespaces.ts';
import { startProcess, wallNow } from '../../src/lab/process.ts';
import { HATOP } from '../interop/director.ts';
import { poll } from '../poll.ts';
import { openTerminal, type Terminal } from './terminal.ts';

/** On a machine that is busy. */
const SOON = { timeout: 15_000 };

interface Stage {
  readonly demo: NetnsDemo;
  readonly capture: Capture;
  readonly console: Terminal;
}

/** The demo's cluster, with a console on director a, which is master. */
async function stage(dataPlane = 'auto'): Promise<Stage> {
  const demo = await startNetnsDemo({ hatop: HATOP, dataPlane });
  onTestFinished(() => demo.stop());
  const capture = await startCapture(demo.topology);
  await poll(() => vipHolders(demo.topology), { timeout: 15_000 }).toEqual(['a']);
  // Both have heard the other: so the plan names who comes.
  const console = await openTerminal([...HATOP, '--socket', demo.directors[0]!.socket]);
  await console.waitFor(/MASTER +VI_1/);
  return { demo, capture, console };
}

/** Opens a plan with a key and confirms it; `y` counts only when the plan has been on the screen for a while. */
async function confirm({ console }: Stage, key: string, plan: RegExp): Promise<void> {
  await console.press(key);
  await console.waitFor(plan);
  await console.waitFor(/y does it/);
  await sleep(500);
  await console.press('y');
}

const from = ({ demo, capture }: Stage, name: 'a' | 'b', since: number): AdvertSighting[] =>
  capture.adverts().filter((advert) => advert.at > since && advert.source === demo.topology.nodes[name].address);

const realServer = async ({ demo }: Stage, address: string) => {
  const status = startProcess([...HATOP, 'status', '--json', '--socket', demo.directors[0]!.socket]);
  await status.ended;
  const snapshot = JSON.parse(status.output()) as Snapshot;
  return snapshot.services[0]!.realServers.find((server) => server.address === address)!;
};

test('F and y move the addresses to the peer, B and y bring them home; on the wire it is a silent push', async () => {
  const at = await stage();
  const pressed = wallNow();
  await confirm(at, 'F', /Fail over VI_1/);
  await poll(() => vipHolders(at.demo.topology), { timeout: 15_000 }).toEqual(['b']);
  await at.console.waitFor(/OK failover VI_1/);
  const resigned = from(at, 'a', pressed).find((advert) => advert.priority === 0)!;
  const taken = from(at, 'b', pressed)[0]!;
  expect(resigned.at).toBeLessThan(taken.at);
  expect(taken.priority).toBe(100);
  // Silence after priority 0: nothing but its one repetition.
  expect(from(at, 'a', resigned.at - 1).every((advert) => advert.priority === 0)).toBe(true);

  const home = wallNow();
  await confirm(at, 'B', /back to this node/);
  await poll(() => vipHolders(at.demo.topology), { timeout: 15_000 }).toEqual(['a']);
  await at.console.waitFor(/MASTER +VI_1/);
  expect(from(at, 'a', home)[0]!.priority).toBe(254);
});

test('F and Enter do nothing: Cancel has the focus', async () => {
  const at = await stage();
  const pressed = wallNow();
  await at.console.press('F');
  await at.console.waitFor(/Cancel: Enter/);
  await sleep(500);
  await at.console.press('Enter');
  await sleep(2500);
  expect(await at.console.screen()).not.toMatch(/Cancel: Enter/);
  expect(from(at, 'a', pressed).map((advert) => advert.priority)).not.toContain(0);
  expect(await vipHolders(at.demo.topology)).toEqual(['a']);
});

/** The turns of the servers in the table of director a, as nft lists them: by how many slots each, and their weights. */
async function slots({ demo }: Stage): Promise<{ readonly cycle: string[]; readonly weights: string[] }> {
  const { stdout } = await execa('ip', ['netns', 'exec', demo.directors[0]!.namespace, 'nft', 'list', 'ruleset']);
  const all = (pattern: RegExp): string[] => [...stdout.matchAll(pattern)].map((match) => match[1] ?? '').sort();
  return { cycle: all(/numgen inc mod (\d+)/g), weights: all(/(10\.77\.0\.2\d:80 weight \d+)/g) };
}

test('D drains the chosen real server and E brings it back, in the table of nftables and on the screen', async () => {
  const at = await stage('nftables');
  const { address } = at.demo.topology.nodes.s1;
  const other = `${at.demo.topology.nodes.s2.address}:80 weight 1`;
  await poll(() => realServer(at, address), { timeout: 10_000 }).toMatchObject({ health: 'up' });
  await poll(() => slots(at), SOON).toEqual({ cycle: ['4'], weights: [`${address}:80 weight 3`, other] });
  await at.console.waitFor(/data plane nftables/);
  await at.console.press('3', 'j');
  await at.console.waitFor(new RegExp(`▶ +● UP +${address}`));
  await confirm(at, 'D', new RegExp(`Drain ${address}`));
  await poll(() => realServer(at, address)).toMatchObject({ admin: 'drain', weight: { effective: 0, kernel: 0 } });
  await poll(() => slots(at), SOON).toEqual({ cycle: ['1'], weights: [`${address}:80 weight 0`, other] });
  await at.console.waitFor(new RegExp(`DRAIN +${address}`));
  await confirm(at, 'E', new RegExp(`Enable ${address}`));
  await poll(() => realServer(at, address)).toMatchObject({ admin: 'enabled', weight: { effective: 3, kernel: 3 } });
  await poll(() => slots(at), SOON).toEqual({ cycle: ['4'], weights: [`${address}:80 weight 3`, other] });
  await at.console.waitFor(new RegExp(`UP +${address}`));
});
