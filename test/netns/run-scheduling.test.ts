/** `vrrp_rt_priority` and `vrrp_no_swap`: what the kernel says of the threads and of the memory. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startProcess } from '../../src/lab/process.ts';
import { CONF, finished, machine } from './run-support.ts';

const SCHEDULED = `global_defs {\n    vrrp_rt_priority 20\n    vrrp_no_swap\n}\n${CONF}`;

/** Of each thread the realtime priority, 0 for an ordinary one: field 40 of proc(5)'s stat. */
function realtimePriorities(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[37]);
  });
}

const lockedKb = (pid: number): number =>
  Number(/^VmLck:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

test('are done: one thread has the priority, and the code is locked', async ({ onTestFinished, skip }) => {
  const allowed = await finished(startProcess(['chrt', '--rr', '1', 'true']));
  if (allowed.code !== 0) skip(`the kernel refuses realtime priorities here: ${allowed.stderr}`);
  const lan = await machine(onTestFinished);
  const engine = await lan.master({ conf: SCHEDULED });
  expect(realtimePriorities(engine.pid).filter((priority) => priority > 0)).toEqual([20]);
  expect(lockedKb(engine.pid)).toBeGreaterThan(10_000);
  const said = (await lan.journal()).map(({ text }) => text);
  expect(said).toContain("vrrp_rt_priority: the virtual routers' thread has realtime priority 20");
  expect(said).toContainEqual(expect.stringMatching(/^vrrp_no_swap: \d+ MB of code are locked into memory$/));
  expect(await engine.stop()).toBe(0);
});

test('that the kernel refuses them is said, and it serves all the same', async ({ onTestFinished }) => {
  const lan = await machine(onTestFinished);
  const words = ['prlimit', '--memlock=65536:65536', '--rtprio=0:0', 'setpriv', '--inh-caps=-all'];
  const engine = await lan.master({ conf: SCHEDULED, words: [...words, '--bounding-set=-sys_nice,-ipc_lock'] });
  expect(lan.holdsVip()).toBe(true);
  expect(realtimePriorities(engine.pid).filter((priority) => priority > 0)).toEqual([]);
  const warnings = (await lan.journal()).flatMap(({ severity, text }) => (severity === 'warning' ? [text] : []));
  expect(warnings).toContainEqual(expect.stringMatching(/^vrrp_no_swap has no effect: lock \d+ kB of code .*: E/));
  expect(warnings).toContain('vrrp_rt_priority has no effect: realtime priority 20: EPERM');
  expect(await engine.stop()).toBe(0);
});
