import type { Socket } from 'node:net';
import {
  createMessageConnection,
  type Message,
  type MessageConnection,
  SocketMessageReader,
  SocketMessageWriter,
} from 'vscode-jsonrpc/node.js';

/** A peer that does not read is dropped once so many messages wait for it: a console must never stop the engine. */
const WAITING_MAX = 1000;

/**
 * JSON-RPC on `socket`, which it closes on any fault. Disposed of when the socket closes, so that open questions fail.
 *
 * A write to a socket whose other end has gone would surface as a rejection that nobody can catch (vscode-jsonrpc
 * throws it beside the promise it rejects); here the closed socket says the same.
 */
export function openConnection(socket: Socket): MessageConnection {
  const inner = new SocketMessageWriter(socket);
  let waiting = 0;
  const writer = {
    onError: inner.onError,
    onClose: inner.onClose,
    // Counted here: vscode-jsonrpc gives the socket one message at a time, and queues the rest by itself.
    async write(message: Message) {
      if (waiting >= WAITING_MAX) socket.destroy();
      if (socket.destroyed) return;
      waiting += 1;
      await inner.write(message).catch(() => void socket.destroy());
      waiting -= 1;
    },
    end: () => inner.end(),
    dispose: () => inner.dispose(),
  };
  const connection = createMessageConnection(new SocketMessageReader(socket), writer);
  socket.on('error', () => socket.destroy());
  connection.onError(() => socket.destroy());
  socket.on('close', () => connection.dispose());
  return connection;
}
