/** Command lines against an engine on a socket: exit codes, what goes to which stream, what reaches the engine. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { runProgram } from '../../src/cli/program.ts';
import { EngineError, type EngineLink } from '../../src/control/link.ts';
import type { OperationRequest, OperationResult, Plan, ResultWord } from '../../src/control/operations.ts';
import { serveControl } from '../../src/control/server.ts';
import type { Snapshot } from '../../src/control/snapshot.ts';

/** What a peer could have written into a name, a reason or a refusal. */
const HOSTILE = '\x1b]0;owned\x07\u202e';
const nothing = { takeOverMs: null, gapMs: null };
let folder: string;
let socket: string;
let operated: OperationRequest[];
let engine: { result: ResultWord; blocked: boolean };
let close: () => void;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hatop-cli-'));
  socket = join(folder, 'deep', 'control');
  operated = [];
  engine = { result: 'OK', blocked: false };
  const server = await serveControl({
    path: socket,
    version: 'test',
    linkFor: fakeEngine,
    identify: () => ({ uid: process.getuid?.() ?? 0, pid: 1, name: 'somebody' }),
  });
  close = () => server.close();
});
afterEach(() => {
  close();
  rmSync(folder, { recursive: true });
  process.exitCode = undefined;
});

function fakeEngine(): EngineLink {
  const plan = async ({ verb, target }: OperationRequest): Promise<Plan> => {
    if (target === 'hostile') throw new EngineError(`no instance ${HOSTILE}; there are:\nVI_1`, 2);
    if (target === 'nobody') throw new EngineError('no instance nobody; there are: VI_1', 2);
    const checks = [{ level: engine.blocked ? ('BLOCK' as const) : ('PASS' as const), text: 'a check', remedy: null }];
    return {
      verb,
      target,
      title: 'The plan',
      command: '',
      checks,
      steps: [],
      predicted: nothing,
      tier: 2,
      blocked: engine.blocked,
    };
  };
  return {
    name: 'fake',
    plan,
    async operate(request): Promise<OperationResult> {
      operated.push(request);
      const measured = { ...nothing, noiseMs: null };
      const { verb, target } = request;
      const { result } = engine;
      return { id: '1', verb, target, result, text: 'done', predicted: nothing, measured, startedAt: '', endedAt: '' };
    },
    snapshot: async () => ({ schemaVersion: 1, host: 'here' }) as Snapshot,
    subscribe: () => () => {},
    events: async () => [
      { seq: 1, at: 'T', severity: 'info', kind: 'engine', subject: 'n2\x9b', text: `${HOSTILE}\nforged` },
    ],
    why: async (target) => (target === 'hostile' ? `${HOSTILE}\nand more` : `${target} is master`),
    close() {},
  };
}

/** Runs a command line in this process, which is no terminal. */
async function hatop(...args: string[]) {
  const said = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      said[name] += String(text);
      return true;
    }),
  );
  process.exitCode = undefined;
  try {
    await runProgram(args);
    return { ...said, code: process.exitCode ?? 0 };
  } finally {
    for (const spy of spies) spy.mockRestore();
    for (const name of ['stdout', 'stderr'] as const) process[name].removeAllListeners('error');
    process.exitCode = undefined;
  }
}

describe('what others wrote is text, and no command for the terminal', () => {
  test.each<[string, string[], { stdout?: string; stderr?: string }]>([
    ['why', ['why', 'hostile'], { stdout: '·]0;owned··\nand more\n' }],
    ['the journal, one line an event', ['events'], { stdout: 'T info    n2·: ·]0;owned···forged\n' }],
    ['a refusal', ['pin', 'hostile', '--yes'], { stderr: 'hatop: no instance ·]0;owned··; there are:\nVI_1\n' }],
  ])('%s', async (_, args, shown) => {
    expect(await hatop(...args, '--socket', socket)).toMatchObject(shown);
  });
});

describe('exit codes of an operation', () => {
  test.each<[ResultWord, number]>([
    ['OK', 0],
    ['OK_WITH_WARNINGS', 0],
    ['ROLLED_BACK', 22],
    ['INCOMPLETE', 22],
    ['REFUSED', 18],
  ])('%s is %i, and the answer is on standard output', async (result, code) => {
    engine.result = result;
    const ended = await hatop('failover', 'VI_1', '--yes', '--socket', socket);
    expect(ended).toEqual({ code, stdout: `The plan\n  PASS    a check\n${result}: done\n`, stderr: '' });
  });

  test('what pre-flight blocks is 18, asked for or looked at, and is not done', async () => {
    engine.blocked = true;
    const refused = await hatop('failover', 'VI_1', '--yes', '--socket', socket);
    expect(refused).toMatchObject({ code: 18, stderr: 'hatop: refused by pre-flight\n' });
    expect(await hatop('failover', 'VI_1', '--dry-run', '--socket', socket)).toMatchObject({ code: 18 });
    expect(operated).toEqual([]);
  });

  test('without --yes and without a terminal: 2, the plan is shown, nothing is done', async () => {
    const ended = await hatop('failover', 'VI_1', '--socket', socket);
    expect(ended).toMatchObject({ code: 2, stdout: expect.stringContaining('The plan') });
    expect(ended.stderr).toBe('hatop: this is no terminal, so nobody can be asked: add --yes (or --dry-run to look)\n');
    expect(operated).toEqual([]);
  });

  test('--json: the result alone on standard output', async () => {
    const ended = await hatop('failover', 'VI_1', '--yes', '--json', '--socket', socket);
    expect(JSON.parse(ended.stdout)).toMatchObject({ result: 'OK', target: 'VI_1' });
    expect(ended.stderr).toContain('The plan');
  });

  test.each([
    ['an unknown target', ['failover', 'nobody', '--yes'], 'hatop: no instance nobody; there are: VI_1\n'],
    ['a lease that is none', ['standby', 'VI_1', '--lease', '0m'], 'hatop: lease "0m" is outside 1s…30d\n'],
    ['an unknown option', ['failover', 'VI_1', '--force'], "error: unknown option '--force'"],
    ['a missing target', ['drain'], "error: missing required argument 'realserver'"],
    ['an unknown command', ['failovr'], 'error: '],
    ['run without a file', ['run'], "error: required option '-f, --file <file>' not specified"],
    ['a count that is none', ['events', '--limit', '0'], 'hatop: "0" is not a whole number above 0\n'],
  ])('%s is 2', async (_, args, words) => {
    const ended = await hatop(...args, ...(args[0] === 'failovr' || args[0] === 'run' ? [] : ['--socket', socket]));
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(words) });
    expect(operated).toEqual([]);
  });
});

describe('the engine', () => {
  test('that is not there is 3', async () => {
    const ended = await hatop('status', '--socket', join(folder, 'none'));
    expect(ended).toMatchObject({ code: 3, stdout: '' });
    expect(ended.stderr).toContain('start one with: hatop run -f FILE');
  });

  test('is found by --socket before the command as well as after it', async () => {
    expect(await hatop('--socket', socket, 'why', 'VI_1')).toEqual({ code: 0, stdout: 'VI_1 is master\n', stderr: '' });
    expect(await hatop('--socket', join(folder, 'none'), 'why', 'VI_1', '--socket', socket)).toMatchObject({ code: 0 });
  });

  test('refuses every change behind --read-only', async () => {
    const ended = await hatop('--read-only', '--socket', socket, 'failover', 'VI_1', '--yes');
    expect(ended).toMatchObject({ code: 4, stderr: 'hatop: this connection is read-only\n' });
    expect(operated).toEqual([]);
  });
});

test('an answer that cannot be written is a failure, one that nobody reads is not', async () => {
  const fail = async (code: string) => {
    const ended = hatop('why', 'VI_1', '--socket', socket);
    process.stdout.emit('error', Object.assign(new Error(code), { code }));
    return (await ended).code;
  };
  expect(await fail('ENOSPC')).toBe(1);
  expect(await fail('EPIPE')).toBe(0);
});
