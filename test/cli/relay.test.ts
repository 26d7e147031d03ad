import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node.js';
import { runProgram } from '../../src/cli/program.ts';
import { relay } from '../../src/cli/relay.ts';
import type { EngineLink } from '../../src/control/link.ts';
import type { OperationRequest } from '../../src/control/operations.ts';
import * as protocol from '../../src/control/protocol.ts';
import { serveControl } from '../../src/control/server.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'hatop-relay-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const identify = () => ({ uid: process.getuid?.() ?? 0, pid: 1, name: 'somebody' });

/** An engine, its relay, and what the far end of that sees. */
async function relayed(readOnly: boolean) {
  const path = join(folder(), 'control');
  const done: string[] = [];
  const link = {
    why: async (target: string) => `why ${target}`,
    operate: async ({ verb }: OperationRequest) => {
      done.push(verb);
      return {};
    },
    boost: async () => void done.push('boost'),
    release: async () => void done.push('release'),
    close() {},
  } as unknown as EngineLink;
  const server = await serveControl({ path, version: '1.2.3', linkFor: () => link, identify });
  onTestFinished(() => server.close());
  const [input, output] = [new PassThrough(), new PassThrough()];
  const ended = relay({ socket: path, readOnly }, input, output);
  const there = createMessageConnection(new StreamMessageReader(output), new StreamMessageWriter(input));
  onTestFinished(() => there.dispose());
  there.listen();
  return { there, input, ended, done };
}

test.each([false, true])(
  'what goes in by standard input is answered on standard output (--read-only: %s)',
  async (locked) => {
    const { there, input, ended, done } = await relayed(locked);
    expect(await there.sendRequest(protocol.hello, { version: '1', readOnly: false })).toEqual({
      version: '1.2.3',
      readOnly: locked,
    });
    expect(await there.sendRequest(protocol.why, { target: 'VI_1' })).toBe('why VI_1');
    const force = there.sendRequest(protocol.operate, { verb: 'force-master', target: 'VI_1', reason: 'x' });
    if (locked) await expect(force).rejects.toMatchObject({ message: 'this connection is read-only' });
    else await force;
    expect(done).toEqual(locked ? [] : ['force-master']);
    input.end();
    expect(await ended).toBe(0);
  },
);

test('--read-only: the very first message is refused too, and what another hatop asks', async () => {
  const { there, done } = await relayed(true);
  const instances = [{ name: 'VI_1', vrid: 51, family: 4 as const }];
  const boost = { from: 'n1', instances, withinMs: 5000, leaseMs: 60_000 };
  await expect(there.sendRequest(protocol.operate, { verb: 'pin', target: 'VI_1' })).rejects.toThrow('read-only');
  await expect(there.sendRequest(protocol.boost, boost)).rejects.toThrow('read-only');
  await expect(there.sendRequest(protocol.release, { id: '1' })).rejects.toThrow('read-only');
  expect(done).toEqual([]);
});

test('hatop --read-only relay is that one', async () => {
  const path = join(folder(), 'control');
  const operate = vi.fn();
  const server = await serveControl({
    path,
    version: '1',
    linkFor: () => ({ operate, close() {} }) as never,
    identify,
  });
  onTestFinished(() => server.close());
  const [input, output] = [new PassThrough(), new PassThrough()];
  onTestFinished(() => void vi.restoreAllMocks());
  vi.spyOn(process, 'stdin', 'get').mockReturnValue(input as never);
  vi.spyOn(process, 'stdout', 'get').mockReturnValue(output as never);
  const ended = runProgram(['--read-only', 'relay', '--socket', path]);
  const there = createMessageConnection(new StreamMessageReader(output), new StreamMessageWriter(input));
  onTestFinished(() => there.dispose());
  there.listen();
  await expect(there.sendRequest(protocol.operate, { verb: 'pin', target: 'VI_1' })).rejects.toThrow('read-only');
  expect(operate).not.toHaveBeenCalled();
  input.end();
  await ended;
});

test('--read-only: an engine that makes no such promise is not relayed, nor one that turns us away', async () => {
  const path = join(folder(), 'old');
  const said: string[] = [];
  const old = createServer((socket) => {
    const connection = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket));
    connection.onRequest((method) => {
      said.push(method);
      return { version: '0' };
    });
    connection.listen();
    socket.on('close', () => connection.dispose());
  }).listen(path);
  onTestFinished(() => void old.close());
  await once(old, 'listening');
  const input = new PassThrough();
  input.write('whatever');
  const refused = relay({ socket: path, readOnly: true }, input, new PassThrough());
  await expect(refused).rejects.toMatchObject({ exitCode: 4, message: expect.stringContaining('does not promise') });
  expect(said).toEqual(['hello']);

  const strict = join(folder(), 'strict');
  const server = await serveControl({
    path: strict,
    version: '1',
    linkFor: () => ({}) as EngineLink,
    identify: () => undefined,
  });
  onTestFinished(() => server.close());
  const away = relay({ socket: strict, readOnly: true }, new PassThrough(), new PassThrough());
  await expect(away).rejects.toMatchObject({ exitCode: 4, message: expect.stringContaining('serves root') });
});

test('without an engine it ends with 3', async () => {
  const socket = join(folder(), 'nobody');
  await expect(relay({ socket }, new PassThrough(), new PassThrough())).rejects.toMatchObject({ exitCode: 3 });
});
