/** `hatop demo` on a terminal, left in every way there is: afterwards none of its namespaces and processes is there. */
import { existsSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { descendants, startProcess } from '../../src/lab/process.ts';
import { startTime } from '../../src/lab/reaper.ts';
import { HATOP } from '../interop/director.ts';
import { openTerminal, type Terminal } from './terminal.ts';

interface Belongings {
  readonly namespaces: string[];
  readonly pids: number[];
}

async function belongingsOf(demo: Terminal): Promise<Belongings> {
  const pids = descendants(demo.pid);
  const names = await Promise.all(
    pids.map(async (pid) => {
      const identify = startProcess(['ip', 'netns', 'identify', `${pid}`]);
      await identify.ended;
      return identify.lines.map((line) => line.text).filter((name) => name.startsWith('hatop-'));
    }),
  );
  // The switch's namespace has no process: its name has the same middle.
  const inhabited = [...new Set(names.flat())];
  const lan = inhabited[0]?.replace(/-\w+$/, '-lan') ?? '';
  return { namespaces: [...inhabited, lan], pids: [demo.pid, ...pids] };
}

const waysOut: { way: string; leave: (demo: Terminal) => Promise<void>; status?: RegExp }[] = [
  { way: 'q', leave: (demo) => demo.press('q'), status: /^0$/ },
  { way: 'Ctrl-C', leave: (demo) => demo.press('C-c'), status: /^(0|130)$/ },
  { way: 'SIGTERM', leave: async (demo) => void process.kill(demo.pid, 'SIGTERM'), status: /^143$/ },
  { way: 'SIGHUP, the terminal gone', leave: (demo) => demo.hangUp() },
  { way: 'SIGKILL', leave: async (demo) => void process.kill(demo.pid, 'SIGKILL'), status: /^137$/ },
];

test.each(waysOut)('$way removes every namespace and process', async ({ leave, status }) => {
  const demo = await openTerminal([...HATOP, 'demo', '--netns']);
  await demo.waitFor(/VI_1/, 30_000);
  const { namespaces, pids } = await belongingsOf(demo);
  expect(namespaces.filter((name) => existsSync(`/run/netns/${name}`))).toHaveLength(6);
  expect(pids.length).toBeGreaterThan(8);
  await leave(demo);
  if (status) expect(await demo.ended()).toMatch(status);
  await vi.waitFor(() => {
    expect(namespaces.filter((name) => existsSync(`/run/netns/${name}`))).toEqual([]);
    expect(pids.filter((pid) => startTime(pid) !== undefined)).toEqual([]);
  }, 5000);
});

test('one that is left while it is still building leaves nothing either', async () => {
  const demo = await openTerminal([...HATOP, 'demo', '--netns']);
  let seen: Belongings = { namespaces: [], pids: [] };
  await vi.waitFor(async () => {
    seen = await belongingsOf(demo);
    expect(seen.namespaces.length).toBeGreaterThan(1);
  }, 20_000);
  process.kill(demo.pid, 'SIGTERM');
  await demo.ended();
  await vi.waitFor(() => {
    expect(seen.namespaces.filter((name) => existsSync(`/run/netns/${name}`))).toEqual([]);
    expect(seen.pids.filter((pid) => startTime(pid) !== undefined)).toEqual([]);
  }, 5000);
});
