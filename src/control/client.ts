/** An engine over its socket, as an EngineLink. A lost engine is an update (`gone`), and is looked for again. */
import { connect, type Socket } from 'node:net';
import { ErrorCodes, type MessageConnection, ResponseError } from 'vscode-jsonrpc/node.js';
import { openConnection } from './connection.ts';
import { EngineError, type EngineLink, type Update } from './link.ts';
import * as protocol from './protocol.ts';

export interface ConnectOptions {
  readonly path: string;
  readonly version: string;
  readonly readOnly: boolean;
  /** For the header; the socket's path where absent. */
  readonly name?: string;
  /** How long the engine may take for its first answer; 5000 where absent. */
  readonly patienceMs?: number;
}

const RETRY_MS = 500;
/** An engine that lives answers at once; one that is stopped (SIGSTOP) takes the connection and says nothing. */
export const HELLO_WITHIN_MS = 5000;

/** Rejects with EngineError 3 where nobody answers, 4 where we may not. */
export async function connectEngine(options: ConnectOptions): Promise<EngineLink> {
  const listeners = new Set<(update: Update) => void>();
  let closed = false;
  let retry: NodeJS.Timeout | undefined;
  let session: MessageConnection | undefined;
  session = await open();

  async function open(): Promise<MessageConnection> {
    const socket = await dial(options.path);
    const connection = openConnection(socket);
    connection.onNotification(protocol.update, tell);
    socket.on('close', () => lost(connection));
    connection.listen();
    try {
      const answer = connection.sendRequest(protocol.hello, { version: options.version, readOnly: options.readOnly });
      await withinTime(answer, options);
    } catch (error) {
      socket.destroy();
      throw asEngineError(error, options.path);
    }
    if (listeners.size > 0) await connection.sendRequest(protocol.subscribe);
    return connection;
  }

  function lost(connection: MessageConnection): void {
    if (session !== connection || closed) return;
    session = undefined;
    tell({ kind: 'gone', reason: `the engine at ${options.path} has gone away` });
    seek();
  }

  function seek(): void {
    retry = setTimeout(async () => {
      try {
        session = await open();
        if (closed) session.dispose();
        else tell({ kind: 'back' });
      } catch {
        if (!closed) seek();
      }
    }, RETRY_MS);
  }

  function tell(update: Update): void {
    for (const listener of listeners) listener(update);
  }

  async function ask<R>(request: (connection: MessageConnection) => Promise<R>): Promise<R> {
    if (!session) throw new EngineError(`no engine at ${options.path}`, 3);
    try {
      return await request(session);
    } catch (error) {
      throw asEngineError(error, options.path);
    }
  }

  return {
    name: options.name ?? options.path,
    snapshot: () => ask((c) => c.sendRequest(protocol.snapshot)),
    events: (limit) => ask((c) => c.sendRequest(protocol.events, { limit })),
    plan: (request) => ask((c) => c.sendRequest(protocol.plan, request)),
    operate: (request) => ask((c) => c.sendRequest(protocol.operate, request)),
    why: (target) => ask((c) => c.sendRequest(protocol.why, { target })),
    subscribe(listener) {
      listeners.add(listener);
      if (session) session.sendRequest(protocol.subscribe).catch(() => {});
      return () => listeners.delete(listener);
    },
    close() {
      closed = true;
      if (retry) clearTimeout(retry);
      session?.end();
      session?.dispose();
    },
  };
}

/** Rejects with EngineError 3 where the answer takes too long. */
async function withinTime<T>(answer: Promise<T>, { path, patienceMs = HELLO_WITHIN_MS }: ConnectOptions): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const words = `the engine at ${path} does not answer: it is stopped, starved, or no engine`;
    timer = setTimeout(() => reject(new EngineError(words, 3)), patienceMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

function dial(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EACCES' || error.code === 'EPERM') {
        reject(new EngineError(`no permission to open ${path}; the engine serves root (try sudo)`, 4));
      } else {
        reject(new EngineError(`no engine at ${path} (${error.code}); start one with: hatop run -f FILE`, 3));
      }
    });
  });
}

/** What a request failed with, as EngineError. */
export function asEngineError(error: unknown, path: string): Error {
  if (error instanceof EngineError) return error;
  if (error instanceof ResponseError && error.code !== ErrorCodes.PendingResponseRejected) {
    const exitCode = protocol.REFUSAL_BASE - error.code;
    if ([1, 2, 3, 4, 18, 22].includes(exitCode)) return new EngineError(error.message, exitCode as 1);
    return new EngineError(`the engine failed: ${error.message}`, 1);
  }
  return new EngineError(`the engine at ${path} went away in the middle of the request`, 3);
}
