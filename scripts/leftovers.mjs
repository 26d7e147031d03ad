// What a test run left on the machine: namespaces of ours and processes with the run's mark in their environment.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

export const namespaces = () =>
  existsSync('/run/netns') ? readdirSync('/run/netns').filter((name) => name.startsWith('hatop-')) : [];

/** `before`: the namespaces that were there already. What is just going gets five seconds. */
export async function leftovers(before, mark) {
  for (let tries = 0; ; tries++) {
    const added = namespaces().filter((name) => !before.includes(name));
    const foreign = added.filter((name) => isForeign(name, mark)).map(labOf);
    const left = [
      ...added.filter((name) => !foreign.includes(labOf(name))).map((name) => `namespace ${name}`),
      ...markedProcesses(mark),
    ];
    if (left.length === 0 || tries === 50) return left;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The lab that a namespace belongs to: `hatop-1a2b-a` and `hatop-1a2b-lan` are of one. */
const labOf = (namespace) => namespace.replace(/-[^-]*$/, '');

/** Somebody else works in it: a demo or another test run beside ours. */
function isForeign(namespace, mark) {
  const { stdout } = spawnSync('ip', ['netns', 'pids', namespace], { encoding: 'utf8' });
  return (stdout ?? '').split('\n').some((pid) => pid !== '' && isMarked(pid, mark) === false);
}

function markedProcesses(mark) {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid) || !isMarked(pid, mark)) return [];
    return [`process ${pid}: ${read(pid, 'cmdline')?.replaceAll('\0', ' ')}`];
  });
}

/** Undefined where it has ended, or is not ours to read. */
function isMarked(pid, mark) {
  return read(pid, 'environ')?.includes(mark);
}

function read(pid, what) {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'latin1');
  } catch {
    return undefined;
  }
}
