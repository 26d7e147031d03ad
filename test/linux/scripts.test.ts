import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { milliseconds } from '../../src/base/time.ts';
import { createScripts } from '../../src/linux/scripts.ts';
import type { ScriptCommand, ScriptResult } from '../../src/ports/scripts.ts';

const scripts = createScripts({ killAfter: 100 });
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hatop-scripts-'));
  chmodSync(dir, 0o755);
});
afterEach(() => rmSync(dir, { recursive: true }));

function script(body: string, mode = 0o755, interpreter = '/bin/sh'): string {
  const path = join(dir, 'check');
  writeFileSync(path, `#!${interpreter}\n${body}\n`);
  chmodSync(path, mode);
  return path;
}
const run = (argv: readonly string[], command: Partial<ScriptCommand> = {}) =>
  new Promise<ScriptResult>((done) => scripts.run({ argv, ...command }, done));
const settle = (ms: number) => new Promise((ready) => setTimeout(ready, ms));

/** The pid that a script wrote into `file`, as soon as it is there. */
async function pidIn(file: string): Promise<number> {
  for (let tries = 0; tries < 600; tries++) {
    try {
      const pid = Number(readFileSync(join(dir, file), 'utf8'));
      if (pid > 0) return pid;
    } catch {}
    await settle(5);
  }
  throw new Error(`no pid in ${file}`);
}
/** Whether a process still runs (a zombie does not), given a moment to disappear. */
async function lives(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 400; tries++) {
    try {
      if (/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) return false;
    } catch {
      return false;
    }
    await settle(5);
  }
  return true;
}

describe('how it ends', () => {
  test.each([0, 1, 255])('exit code %i, with what it wrote to both outputs', async (code) => {
    const result = await run([script(`echo out; echo err >&2; exit ${code}`)]);
    expect(result).toMatchObject({ kind: 'exited', code, output: 'out\nerr\n' });
  });

  test('a signal', async () => {
    expect(await run([script('kill -SEGV $$')])).toEqual({ kind: 'killed', signal: 'SIGSEGV' });
  });

  test('arguments arrive as they are: no shell reads them', async () => {
    const words = ['$HOME', '; exit 3', 'a  b', '*', ''];
    const result = await run([script(`printf '<%s>' "$@"`), ...words]);
    expect(result).toMatchObject({ code: 0, output: words.map((word) => `<${word}>`).join('') });
  });

  test('of much output 4 KiB are kept, and the script is not held up', async () => {
    const result = await run([script('head -c 300000 /dev/zero | tr "\\0" x')]);
    expect(result).toMatchObject({ kind: 'exited', code: 0, output: 'x'.repeat(4096) });
  });

  test('what it leaves in the background is left alone, and not waited for', async () => {
    const result = await run([script('sleep 20 & echo $! >"$(dirname "$0")/pid"; echo done')]);
    expect(result).toMatchObject({ kind: 'exited', code: 0, output: 'done\n' });
    const pid = await pidIn('pid');
    expect(readFileSync(`/proc/${pid}/comm`, 'utf8')).toBe('sleep\n');
    process.kill(pid);
  });

  test('standard input is empty', async () => {
    expect(await run([script('read line || echo eof')])).toMatchObject({ output: 'eof\n' });
  });
});

describe('timeout', () => {
  test('SIGTERM, to everything it started', async () => {
    const path = script('sleep 20 & echo $! >"$(dirname "$0")/pid"; wait');
    const start = performance.now();
    const result = run([path], { timeout: milliseconds(400) });
    const pid = await pidIn('pid');
    expect(await result).toEqual({ kind: 'timed-out' });
    expect(performance.now() - start).toBeGreaterThanOrEqual(399);
    expect(await lives(pid)).toBe(false);
  });

  test('SIGKILL later, to what will not go', async () => {
    const path = script(`trap '' TERM; echo $$ >"$(dirname "$0")/pid"; for i in $(seq 1000); do sleep 0.01; done`);
    const start = performance.now();
    const result = run([path], { timeout: milliseconds(400) });
    const pid = await pidIn('pid');
    expect(await result).toEqual({ kind: 'timed-out' });
    expect(performance.now() - start).toBeGreaterThanOrEqual(499);
    expect(await lives(pid)).toBe(false);
  });

  test('SIGKILL also to a child that stays when its script goes', async () => {
    const stubborn = `sh -c 'trap "" TERM; echo $$ >"$0/pid"; for i in $(seq 1000); do sleep 0.01; done' "$(dirname "$0")" & wait`;
    const result = run([script(stubborn)], { timeout: milliseconds(400) });
    const pid = await pidIn('pid');
    expect(await result).toEqual({ kind: 'timed-out' });
    expect(await lives(pid)).toBe(false);
  });

  test('one that is in time is not bothered', async () => {
    expect(await run([script('exit 4')], { timeout: milliseconds(5000) })).toMatchObject({ kind: 'exited', code: 4 });
  });
});

describe('what cannot be started says why', () => {
  const detail = async (argv: readonly string[], command: Partial<ScriptCommand> = {}) => {
    const result = await run(argv, command);
    return result.kind === 'not-started' ? result.detail : result;
  };
  test('no such file', async () => {
    expect(await detail([`${dir}/none`])).toBe(`${dir}/none: no such file (ENOENT)`);
  });
  test('no interpreter', async () => {
    const path = script('exit 0', 0o755, '/no/such/sh');
    expect(await detail([path])).toBe(`${path}: the interpreter it names is missing (ENOENT)`);
  });
  test('not executable', async () => {
    const path = script('exit 0', 0o644);
    expect(await detail([path])).toBe(`${path}: not executable for the user it is run as (EACCES)`);
  });
  test('unknown user or group', async () => {
    expect(await detail(['/bin/true'], { user: 'no-such-user' })).toBe('no such user: no-such-user');
    expect(await detail(['/bin/true'], { user: 'root', group: 'no-such-group' })).toBe('no such group: no-such-group');
    expect(await detail(['/bin/true'], { group: 'no-such-group' })).toBe('no such group: no-such-group');
  });
  test('nothing at all, or something impossible', async () => {
    expect(await detail([])).toBe('the command is empty');
    expect(await detail(['/bin/echo', 'a\0b'])).toContain('null bytes');
  });
});

test('runs as the user it is told', async () => {
  // Root can become anybody; anybody else only himself.
  const user = process.getuid?.() === 0 ? 'nobody' : userInfo().username;
  const result = await run([script('id -un')], { user });
  expect(result).toMatchObject({ kind: 'exited', code: 0, output: `${user}\n` });
});

describe('cancel', () => {
  test('ends the script, and nothing is reported', async () => {
    const results: ScriptResult[] = [];
    const path = script('echo $$ >"$(dirname "$0")/pid"; sleep 20');
    const cancel = scripts.run({ argv: [path] }, (result) => results.push(result));
    const pid = await pidIn('pid');
    cancel();
    cancel();
    expect(await lives(pid)).toBe(false);
    await settle(60);
    expect(results).toEqual([]);
  });

  test('at once: it is never started', async () => {
    const path = script('touch "$(dirname "$0")/ran"');
    scripts.run({ argv: [path] }, () => {})();
    await run(['/bin/true']);
    await settle(50);
    expect(existsSync(join(dir, 'ran'))).toBe(false);
  });
});
