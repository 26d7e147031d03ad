/** Serves an engine on a unix socket: mode 0600, root (or our own user) only, the peer's credentials checked. */
import { chmodSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { type MessageConnection, ResponseError } from 'vscode-jsonrpc/node.js';
import type { z } from 'zod';
import type { PeerCalls } from './boost.ts';
import { openConnection } from './connection.ts';
import { EngineError, type EngineLink } from './link.ts';
import * as parameters from './parameters.ts';
import * as protocol from './protocol.ts';

export interface Peer {
  readonly uid: number;
  readonly pid: number;
  /** Who acts, for the journal. */
  readonly name: string;
}

export interface ControlOptions {
  readonly path: string;
  readonly version: string;
  /** The engine as this peer may use it; the name goes into the journal. */
  readonly linkFor: (peer: Peer) => EngineLink & Partial<PeerCalls>;
  /** Undefined where the peer cannot be told: it is refused. */
  readonly identify: (socket: Socket) => Peer | undefined;
}

/**
 * Rejects where the path is in use by a live server, or cannot be made (its folder is, where missing); a dead server's
 * socket is replaced.
 */
export async function serveControl(options: ControlOptions): Promise<{ close(): void }> {
  attempt(options.path, () => mkdirSync(dirname(options.path), { recursive: true, mode: 0o755 }));
  await clearStale(options.path);
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    serve(socket, options);
  });
  const mask = process.umask(0o177);
  try {
    await listen(server, options.path);
    chmodSync(options.path, 0o600);
  } finally {
    process.umask(mask);
  }
  return {
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

function serve(socket: Socket, options: ControlOptions): void {
  const peer = options.identify(socket);
  const connection = openConnection(socket);
  if (!peer || (peer.uid !== 0 && peer.uid !== process.getuid?.())) return turnAway(connection);
  const link = options.linkFor(peer);
  let readOnly = false;
  let unsubscribe = (): void => {};

  answer(connection, protocol.hello, parameters.helloSchema, async (params) => {
    // Once read-only, for ever: behind a relay that made it so, whoever speaks next says hello again.
    readOnly ||= params.readOnly;
    return { version: options.version, readOnly };
  });
  connection.onRequest(protocol.snapshot, () => link.snapshot());
  answer(connection, protocol.events, parameters.eventsSchema, (params) => link.events(params.limit));
  answer(connection, protocol.why, parameters.whySchema, (params) => link.why(params.target));
  answer(connection, protocol.plan, parameters.requestSchema, (params) => link.plan(params));
  answer(connection, protocol.operate, parameters.requestSchema, async (params) => {
    if (readOnly) throw new EngineError('this connection is read-only', 4);
    return link.operate(params);
  });
  answerPeers(connection, link, () => readOnly);
  connection.onRequest(protocol.subscribe, () => {
    unsubscribe();
    unsubscribe = link.subscribe((update) => {
      connection.sendNotification(protocol.update, update).catch(() => socket.destroy());
    });
    return null;
  });
  socket.on('close', () => {
    unsubscribe();
    link.close();
  });
  connection.listen();
}

function answerPeers(connection: MessageConnection, link: Partial<PeerCalls>, readOnly: () => boolean): void {
  const { boost, release } = link;
  if (!boost || !release) return;
  const refuse = (): void => {
    if (readOnly()) throw new EngineError('this connection is read-only', 4);
  };
  answer(connection, protocol.boost, parameters.boostSchema, async (params) => {
    refuse();
    return boost(params);
  });
  answer(connection, protocol.release, parameters.releaseSchema, async ({ id }) => {
    refuse();
    await release(id);
    return null;
  });
}

/** Whatever they ask, they are told why not. */
function turnAway(connection: MessageConnection): void {
  connection.onRequest(() => new ResponseError(protocol.REFUSAL_BASE - 4, 'the engine serves root and its own user'));
  connection.listen();
}

/** Bad parameters and refusals become JSON-RPC errors that carry the exit code; bugs become internal errors. */
function answer<P, R>(
  connection: MessageConnection,
  type: { readonly method: string },
  schema: z.ZodType<P>,
  handle: (params: P) => Promise<R>,
): void {
  connection.onRequest(type.method, async (params: unknown) => {
    const parsed = schema.safeParse(params);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      return new ResponseError(
        protocol.REFUSAL_BASE - 2,
        `${type.method}: ${issue?.path.join('.')}: ${issue?.message}`,
      );
    }
    try {
      return await handle(parsed.data);
    } catch (error) {
      if (error instanceof EngineError) return new ResponseError(protocol.REFUSAL_BASE - error.exitCode, error.message);
      throw error;
    }
  });
}

async function clearStale(path: string): Promise<void> {
  const found = attempt(path, () => statSync(path, { throwIfNoEntry: false }));
  if (!found) return;
  if (!found.isSocket()) throw new EngineError(`${path} is there and is no socket; choose another with --socket`, 2);
  const { connect } = await import('node:net');
  const alive = await new Promise<boolean>((resolve) => {
    const probe = connect(path);
    probe.on('connect', () => {
      // Open, it would keep this process from ending after the refusal.
      probe.destroy();
      resolve(true);
    });
    // Refused: nobody listens. Anything else (a full queue: EAGAIN) is no proof of death.
    probe.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT'));
  });
  if (alive) throw new EngineError(`another engine answers at ${path}; stop it, or choose another with --socket`, 2);
  attempt(path, () => rmSync(path, { force: true }));
}

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw cannotListen(path, error as NodeJS.ErrnoException);
  }
}

function cannotListen(path: string, { code, message }: NodeJS.ErrnoException): EngineError {
  return new EngineError(`cannot listen at ${path}: ${code ?? message}`, code === 'EACCES' || code === 'EPERM' ? 4 : 2);
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // It stays: an error at accepting later concerns one client.
    server.on('error', (error) => reject(cannotListen(path, error)));
    server.listen(path, resolve);
  });
}
