import type { Duplex } from 'node:stream';
import {
  createMessageConnection,
  type Message,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node.js';

/** A peer that does not read is dropped once so many messages wait for it: a console must never stop the engine. */
const WAITING_MAX = 1000;

/**
 * JSON-RPC on `socket` (or what is like one), which it closes on any fault. Disposed of when the socket closes, so that open questions fail.
 *
 * A write to a socket whose other end has gone would surface as a rejection that nobody can catch (vscode-jsonrpc
 * throws it beside the promise it rejects); here the closed socket says the same.
 */
export function openConnection(socket: Duplex): MessageConnection {
  const inner = new StreamMessageWriter(socket);
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
    dispose: () => {
      inner.dispose();
      socket.destroy();
    },
  };
  const connection = createMessageConnection(new StreamMessageReader(socket), writer);
  socket.on('error', () => socket.destroy());
  connection.onError(() => socket.destroy());
  socket.on('close', () => connection.dispose());
  return connection;
}
