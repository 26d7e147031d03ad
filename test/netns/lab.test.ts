import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { addressesIn, batch, buildLab, type NetnsLab, probeNamespaces, vipHolders } from '../../src/lab/namespaces.ts';
import { startProcess } from '../../src/lab/process.ts';
import { startReaper, startTime } from '../../src/lab/reaper.ts';
import { namespacesOf } from '../../src/lab/topology.ts';
import { bundled } from './bundled.ts';

const labs: NetnsLab[] = [];
const build = async (): Promise<NetnsLab> => {
  const lab = await buildLab();
  labs.push(lab);
  return lab;
};
afterEach(() => Promise.all(labs.splice(0).map((lab) => lab.remove())));

const present = (lab: NetnsLab): string[] => namespacesOf(lab).filter((name) => existsSync(`/run/netns/${name}`));

test('the probe finds that namespaces can be made, and leaves none', async () => {
  expect(await probeNamespaces()).toEqual({ ok: true });
});

test('every node reaches every other; real servers hold the VIP and do not answer ARP for it', async () => {
  const lab = await build();
  const reach = async (address: string) => {
    const program = `require('net').connect(9, '${address}').on('error', (e) => console.log(e.code))`;
    const { lines, ended } = startProcess(['node', '-e', program], { namespace: lab.nodes.client.namespace });
    await ended;
    return lines[0]?.text;
  };
  const nodes = Object.values(lab.nodes).map((node) => reach(node.address));
  expect(new Set(await Promise.all(nodes))).toEqual(new Set(['ECONNREFUSED']));
  expect(await reach(lab.vip)).toBe('EHOSTUNREACH');
});

test('who holds the VIP is asked of the kernel', async () => {
  const lab = await build();
  expect(await vipHolders(lab)).toEqual([]);
  await batch(lab.nodes.b.namespace, [`address add ${lab.vip}/24 dev eth0`]);
  expect(await vipHolders(lab)).toEqual(['b']);
  expect(await addressesIn(lab, lab.nodes.b.namespace)).toEqual([lab.nodes.b.address, lab.vip]);
});

test('removal takes the namespaces and what lives in them, and may be repeated', async () => {
  const lab = await build();
  const process = startProcess(['sleep', '600'], { namespace: lab.nodes.a.namespace });
  expect(present(lab)).toHaveLength(6);
  await lab.remove();
  expect(present(lab)).toEqual([]);
  expect(await process.ended).toBe('SIGKILL');
  await lab.remove();
});

test('an owner killed with SIGKILL leaves no namespace, no process and no folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hatop lab '));
  const owner = startProcess(['node', await bundled('test/netns/owner.ts'), folder]);
  const { text } = await owner.waitFor(/ready/);
  const { namespaces, pid } = JSON.parse(text.slice('ready '.length)) as { namespaces: string[]; pid: number };
  const left = () => namespaces.filter((name) => existsSync(`/run/netns/${name}`)).length;
  expect({ left: left(), sleeper: startTime(pid) !== undefined }).toEqual({ left: 6, sleeper: true });
  await owner.stop({ signal: 'SIGKILL' });
  await vi.waitFor(() => expect(left()).toBe(0), 5000);
  expect({ sleeper: startTime(pid), folder: existsSync(folder) }).toEqual({ sleeper: undefined, folder: false });
});

test('a process is ended only while its start time is the one that was told', async () => {
  const sleeper = startProcess(['sleep', '600']);
  const told = (start: string | undefined) => {
    const reaper = startReaper(() => start);
    reaper.process(sleeper.pid);
    return reaper.reap();
  };
  await told('4711');
  expect(startTime(sleeper.pid)).toBeDefined();
  await told(startTime(sleeper.pid));
  expect(await sleeper.ended).toBe('SIGKILL');
});
