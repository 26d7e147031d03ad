/** Another hatop's engine over a stream that leads to its socket. One question after another has its answer or fails. */
import type { Duplex } from 'node:stream';
import type { PeerCalls } from './boost.ts';
import { asEngineError } from './client.ts';
import { openConnection } from './connection.ts';
import * as protocol from './protocol.ts';
import type { Snapshot } from './snapshot.ts';

export interface PeerSession extends PeerCalls {
  /** Rejects with EngineError, also when the stream ends. */
  snapshot(): Promise<Snapshot>;
  close(): void;
}

/** `where`: for the words of what goes wrong. */
export function openPeerSession(stream: Duplex, version: string, where: string): PeerSession {
  const connection = openConnection(stream);
  connection.listen();
  const greeted = connection.sendRequest(protocol.hello, { version, readOnly: false });
  // Whoever asks something is told.
  greeted.catch(() => {});
  const ask = async <R>(request: () => Promise<R>): Promise<R> => {
    try {
      await greeted;
      return await request();
    } catch (error) {
      throw asEngineError(error, where);
    }
  };
  return {
    snapshot: () => ask(() => connection.sendRequest(protocol.snapshot)),
    boost: (request) => ask(() => connection.sendRequest(protocol.boost, request)),
    release: (id) => ask(async () => void (await connection.sendRequest(protocol.release, { id }))),
    close: () => connection.dispose(),
  };
}
