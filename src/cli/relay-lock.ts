/** `hatop --read-only relay`: the connection is made read-only before the other side's first byte goes through. */
import type { Socket } from 'node:net';
import { Message, ResponseError, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node.js';
import { asEngineError, HELLO_WITHIN_MS } from '../control/client.ts';
import { EngineError } from '../control/link.ts';
import { hello } from '../control/protocol.ts';
import { VERSION } from './version.ts';

/**
 * A hello of our own, whose answer is ours too: the other side never sees it. The engine sends nothing unasked, so after
 * the answer nothing is lost. `refuse` is told of an engine that does not answer in time, says no, or makes no promise.
 */
export function lock(socket: Socket, path: string, done: () => void, refuse: (error: Error) => void): void {
  const silent = setTimeout(() => {
    refuse(new EngineError(`the engine at ${path} does not answer: it is stopped, starved, or no engine`, 3));
  }, HELLO_WITHIN_MS);
  socket.once('close', () => clearTimeout(silent));
  const reader = new StreamMessageReader(socket);
  reader.onError(refuse);
  const listening = reader.listen((message) => {
    clearTimeout(silent);
    listening.dispose();
    const refusal = refusalIn(message, path);
    if (refusal) refuse(refusal);
    else done();
  });
  const params = { version: VERSION, readOnly: true };
  const ask = { jsonrpc: '2.0', id: 0, method: hello.method, params };
  new StreamMessageWriter(socket).write(ask).catch(refuse);
}

function refusalIn(message: Message, path: string): Error | undefined {
  if (!Message.isResponse(message)) return new EngineError(`what answers at ${path} is no engine`, 3);
  if (message.error) return asEngineError(new ResponseError(message.error.code, message.error.message), path);
  const { readOnly } = (message.result ?? {}) as { readOnly?: unknown };
  if (readOnly === true) return undefined;
  return new EngineError(`the engine at ${path} does not promise to refuse changes: restart it with this hatop`, 4);
}
