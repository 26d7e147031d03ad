import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, connect as dial } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectEngine } from '../../src/control/client.ts';
import { openConnection } from '../../src/control/connection.ts';
import { EngineError, type EngineLink, type Update } from '../../src/control/link.ts';
import type { OperationRequest } from '../../src/control/operations.ts';
import { openPeerSession } from '../../src/control/peer-session.ts';
import * as protocol from '../../src/control/protocol.ts';
import { type ControlOptions, serveControl } from '../../src/control/server.ts';
import type { Snapshot } from '../../src/control/snapshot.ts';

const snapshot = { schemaVersion: 1, host: 'here' } as Snapshot;
let folder: string;
let asked: OperationRequest[];
let closes: (() => void)[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hatop-socket-'));
  asked = [];
  closes = [];
});
afterEach(() => {
  for (const close of closes) close();
  rmSync(folder, { recursive: true });
});

/** An engine that remembers what it was asked and refuses the target `nothing`. */
function engine(): EngineLink {
  const plan = async (request: OperationRequest) => {
    asked.push(request);
    if (request.target === 'nothing') throw new EngineError('no instance nothing', 2);
    return { target: request.target } as never;
  };
  return {
    name: 'fake',
    snapshot: async () => snapshot,
    subscribe(listener) {
      listener({ kind: 'snapshot', snapshot });
      return () => {};
    },
    events: async (limit) => [{ seq: limit } as never],
    plan,
    operate: plan as never,
    why: async (target) => `why ${target}`,
    close() {},
  };
}

async function serve(options: Partial<ControlOptions> = {}): Promise<string> {
  const path = join(folder, 'control');
  const server = await serveControl({
    path,
    version: '1.2.3',
    linkFor: engine,
    identify: () => ({ uid: process.getuid?.() ?? 0, pid: 1, name: 'somebody' }),
    ...options,
  });
  closes.push(() => server.close());
  return path;
}

async function client(path: string, readOnly = false): Promise<EngineLink> {
  const link = await connectEngine({ path, version: 'test', readOnly });
  closes.push(() => link.close());
  return link;
}

describe('the control socket', () => {
  test('is for its owner alone', async () => {
    expect(statSync(await serve()).mode & 0o777).toBe(0o600);
  });

  test('carries every question and its answer', async () => {
    const link = await client(await serve());
    expect(await link.snapshot()).toEqual(snapshot);
    expect(await link.events(7)).toEqual([{ seq: 7 }]);
    expect(await link.why('VI_1')).toBe('why VI_1');
    expect(await link.plan({ verb: 'drain', target: 'x', value: undefined })).toEqual({ target: 'x' });
    const seen = await new Promise<Update>((resolve) => link.subscribe(resolve));
    expect(seen).toEqual({ kind: 'snapshot', snapshot });
  });

  test("hands the engine's refusal over with its exit code", async () => {
    const link = await client(await serve());
    const refused = link.plan({ verb: 'failover', target: 'nothing' });
    await expect(refused).rejects.toMatchObject({ message: 'no instance nothing', exitCode: 2 });
  });

  test.each([
    ['an unknown verb', { verb: 'explode', target: 'x' }],
    ['no target', { verb: 'drain', target: '' }],
    ['a field that is not of the contract', { verb: 'drain', target: 'x', violence: true }],
    ['a lease of no length', { verb: 'standby', target: 'x', leaseMs: 0 }],
  ])('refuses %s before the engine sees it', async (_, request) => {
    const link = await client(await serve());
    await expect(link.operate(request as OperationRequest)).rejects.toMatchObject({ exitCode: 2 });
    expect(asked).toEqual([]);
  });

  test('a read-only connection can look and plan, and the engine refuses the rest', async () => {
    const link = await client(await serve(), true);
    await link.plan({ verb: 'drain', target: 'x' });
    await expect(link.operate({ verb: 'drain', target: 'x' })).rejects.toMatchObject({ exitCode: 4 });
    expect(asked).toHaveLength(1);
  });

  test('once read-only, it stays so whatever a later hello says', async () => {
    const socket = dial(await serve());
    closes.push(() => socket.destroy());
    const connection = openConnection(socket);
    connection.listen();
    const greet = (readOnly: boolean) => connection.sendRequest(protocol.hello, { version: 'test', readOnly });
    expect([await greet(false), await greet(true), await greet(false)].map((answer) => answer.readOnly)).toEqual([
      false,
      true,
      true,
    ]);
    await expect(connection.sendRequest(protocol.operate, { verb: 'drain', target: 'x' })).rejects.toThrow('read-only');
    expect(asked).toEqual([]);
  });

  test.each([
    ['another user', { uid: 12345, pid: 1, name: 'other' }],
    ['somebody whom the kernel does not name', undefined],
  ])('%s is turned away', async (_, peer) => {
    const path = await serve({ identify: () => peer });
    await expect(client(path)).rejects.toMatchObject({ exitCode: 4 });
  });

  test('nonsense on the wire ends that connection and no other', async () => {
    const path = await serve();
    const good = await client(path);
    const bad = dial(path);
    bad.on('error', () => {});
    bad.write('GET / HTTP/1.0\r\n\r\n'.repeat(50));
    bad.write('Content-Length: 99999999999\r\n\r\n{');
    await new Promise((resolve) => setTimeout(resolve, 50));
    bad.destroy();
    expect(await good.snapshot()).toEqual(snapshot);
  });

  test('a client that subscribes and never reads is dropped once a thousand messages wait', async () => {
    const listeners: ((update: Update) => void)[] = [];
    let heard = (): void => {};
    const subscribed = new Promise<void>((resolve) => {
      heard = resolve;
    });
    const path = await serve({
      linkFor: () => ({
        ...engine(),
        subscribe(listener) {
          listeners.push(listener);
          heard();
          return () => {};
        },
      }),
    });
    const lazy = dial(path).pause();
    lazy.on('error', () => {});
    const subscribe = '{"jsonrpc":"2.0","id":1,"method":"subscribe"}';
    lazy.write(`Content-Length: ${subscribe.length}\r\n\r\n${subscribe}`);
    await subscribed;
    const big = { kind: 'snapshot', snapshot: { host: 'x'.repeat(10_000) } as Snapshot } as const;
    const tell = (times: number): void => {
      for (let i = 0; i < times; i++) for (const listener of listeners) listener(big);
    };
    const isDropped = async (): Promise<boolean> => {
      lazy.write(' ');
      await new Promise((resolve) => setTimeout(resolve, 20));
      return lazy.destroyed;
    };
    tell(900);
    expect(await isDropped()).toBe(false);
    tell(200);
    await expect.poll(isDropped).toBe(true);
  });

  test('without an engine says so with exit code 3', async () => {
    await expect(client(join(folder, 'none'))).rejects.toMatchObject({ exitCode: 3 });
  });

  test('an engine that takes the connection and says nothing is no engine', async () => {
    const path = join(folder, 'mute');
    const mute = createServer(() => {}).listen(path);
    closes.push(() => mute.close());
    await once(mute, 'listening');
    const attempt = connectEngine({ path, version: 'test', readOnly: true, patienceMs: 20 });
    await expect(attempt).rejects.toMatchObject({ exitCode: 3, message: expect.stringContaining('does not answer') });
  });

  test('its folder is made where it is missing; where that cannot be, says why', async () => {
    const deep = join(folder, 'run/hatop/control');
    await serve({ path: deep });
    expect(statSync(deep).isSocket()).toBe(true);
    writeFileSync(join(folder, 'file'), '');
    await expect(serve({ path: join(folder, 'file/control') })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/cannot listen at .*file\/control: (EEXIST|ENOTDIR)/),
    });
  });

  test('a dead socket file is replaced, a living one and another file are not', async () => {
    const path = join(folder, 'control');
    await serve();
    await expect(serve()).rejects.toMatchObject({ message: expect.stringContaining('another engine answers') });
    const file = join(folder, 'file');
    writeFileSync(file, 'precious');
    await expect(serve({ path: file })).rejects.toMatchObject({ message: expect.stringContaining('is no socket') });
    expect(statSync(path).isSocket()).toBe(true);
  });

  test('an engine that goes away is told of, and found again when it is back', async () => {
    const path = join(folder, 'control');
    const first = await serveControl({
      path,
      version: '1',
      linkFor: engine,
      identify: () => ({ uid: 0, pid: 1, name: 'x' }),
    });
    const link = await client(path);
    const kinds: string[] = [];
    link.subscribe((update) => kinds.push(update.kind));
    await link.snapshot();
    first.close();
    await expect.poll(() => kinds, { timeout: 3000 }).toContain('gone');
    await expect(link.snapshot()).rejects.toMatchObject({ exitCode: 3 });
    await serve();
    await expect.poll(() => kinds, { timeout: 3000 }).toContain('back');
    expect(await link.snapshot()).toEqual(snapshot);
  });
});

describe('what only another hatop asks', () => {
  const request = {
    from: 'n1',
    instances: [{ name: 'VI_1', vrid: 51, family: 4 as const }],
    withinMs: 5000,
    leaseMs: 60_000,
  };
  const calls = () => {
    const seen: unknown[] = [];
    const linkFor = () => ({
      ...engine(),
      boost: async (asked: typeof request) => {
        seen.push(asked);
        return { id: '7', instances: [] };
      },
      release: async (id: string) => void seen.push(id),
    });
    return { seen, linkFor };
  };
  const session = async (path: string) => {
    const stream = dial(path);
    await once(stream, 'connect');
    const opened = openPeerSession(stream, '1', 'there');
    closes.push(() => opened.close());
    return opened;
  };

  test('reaches the engine, and back', async () => {
    const { seen, linkFor } = calls();
    const there = await session(await serve({ linkFor }));
    expect(await there.boost(request)).toEqual({ id: '7', instances: [] });
    await there.release('7');
    expect(seen).toEqual([request, '7']);
  });

  test('is refused on a connection that only looks', async () => {
    const { seen, linkFor } = calls();
    const stream = dial(await serve({ linkFor }));
    const looking = openConnection(stream);
    closes.push(() => looking.dispose());
    looking.listen();
    await looking.sendRequest(protocol.hello, { version: '1', readOnly: true });
    const words = 'this connection is read-only';
    await expect(looking.sendRequest(protocol.boost, request)).rejects.toMatchObject({ message: words });
    await expect(looking.sendRequest(protocol.release, { id: '7' })).rejects.toMatchObject({ message: words });
    expect(seen).toEqual([]);
  });

  test('is refused where it is out of bounds, by name, and by an engine that cannot', async () => {
    const there = await session(await serve({ linkFor: calls().linkFor }));
    const wrong = there.boost({ ...request, withinMs: 1 });
    await expect(wrong).rejects.toMatchObject({ exitCode: 2, message: expect.stringMatching(/^boost: withinMs: /) });
    closes
      .splice(0)
      .reverse()
      .forEach((close) => void close());
    const old = await session(await serve());
    await expect(old.boost(request)).rejects.toBeInstanceOf(EngineError);
  });
});
