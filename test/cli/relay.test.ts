import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node.js';
import { relay } from '../../src/cli/relay.ts';
import type { EngineLink } from '../../src/control/link.ts';
import * as protocol from '../../src/control/protocol.ts';
import { serveControl } from '../../src/control/server.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'hatop-relay-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test('what goes in by standard input is answered on standard output, by the engine', async () => {
  const path = join(folder(), 'control');
  const link = { why: async (target: string) => `why ${target}`, close() {} } as unknown as EngineLink;
  const identify = () => ({ uid: process.getuid?.() ?? 0, pid: 1, name: 'somebody' });
  const server = await serveControl({ path, version: '1.2.3', linkFor: () => link, identify });
  onTestFinished(() => server.close());
  const [input, output] = [new PassThrough(), new PassThrough()];
  const ended = relay({ socket: path }, input, output);
  const there = createMessageConnection(new StreamMessageReader(output), new StreamMessageWriter(input));
  there.listen();
  expect(await there.sendRequest(protocol.hello, { version: '1', readOnly: true })).toEqual({ version: '1.2.3' });
  expect(await there.sendRequest(protocol.why, { target: 'VI_1' })).toBe('why VI_1');
  input.end();
  expect(await ended).toBe(0);
  there.dispose();
});

test('without an engine it ends with 3', async () => {
  const socket = join(folder(), 'nobody');
  await expect(relay({ socket }, new PassThrough(), new PassThrough())).rejects.toMatchObject({ exitCode: 3 });
});
