import type { Socket } from 'node:net';
import {
  createMessageConnection,
  type Message,
  type MessageConnection,
  SocketMessageReader,
  SocketMessageWriter,
} from 'vscode-jsonrpc/node.js';

/**
 * JSON-RPC on `socket`, which it closes on any fault. Disposed of when the socket closes, so that open questions fail.
 *
 * A write to a socket whose other end has gone would surface as a rejection that nobody can catch (vscode-jsonrpc
 * throws it beside the promise it rejects); here the closed socket says the same.
 */
export function openConnection(socket: Socket): MessageConnection {
  const inner = new SocketMessageWriter(socket);
  const writer = {
    onError: inner.onError,
    onClose: inner.onClose,
    write: (message: Message) => inner.write(message).catch(() => void socket.destroy()),
    end: () => inner.end(),
    dispose: () => inner.dispose(),
  };
  const connection = createMessageConnection(new SocketMessageReader(socket), writer);
  socket.on('error', () => socket.destroy());
  connection.onError(() => socket.destroy());
  socket.on('close', () => connection.dispose());
  return connection;
}
