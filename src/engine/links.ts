/** The engine as a console or a command line in this process holds it, and as the socket's server hands it on. */
import type { PeerCalls } from '../control/boost.ts';
import type { EngineLink, Update } from '../control/link.ts';
import type { Intents } from './intents.ts';
import type { Journal } from './journal.ts';
import type { OperationDesk } from './operations/desk.ts';
import type { EngineIdentity } from './parts.ts';
import type { Routers } from './routers.ts';
import type { ServiceBoard } from './services/board.ts';
import type { Snapshots } from './snapshots.ts';
import { why } from './why.ts';

export interface EngineLinks {
  /** `by` goes into the journal; `sshServer`: the address of ours that the operator's SSH session came in by. */
  linkFor(by: string, sshServer?: string): EngineLink & PeerCalls;
}

interface Sources {
  readonly identity: EngineIdentity;
  readonly snapshots: Snapshots;
  readonly journal: Journal;
  readonly desk: OperationDesk;
  readonly routers: Routers;
  readonly board: ServiceBoard;
  readonly intents: Intents;
  readonly listeners: Set<(update: Update) => void>;
}

export function createLinks({ identity, snapshots, journal, desk, routers, listeners, intents }: Sources): EngineLinks {
  return {
    linkFor(by, sshServer) {
      const mine = new Set<(update: Update) => void>();
      return {
        name: identity.host,
        snapshot: async () => snapshots.take(),
        subscribe(listener) {
          listeners.add(listener);
          mine.add(listener);
          listener({ kind: 'snapshot', snapshot: snapshots.take() });
          return () => listeners.delete(listener);
        },
        events: async (limit) => journal.recent(limit),
        plan: (request) => desk.plan(request, { by, sshServer }),
        operate: (request) => desk.operate(request, { by, sshServer }),
        boost: (request) => desk.boost(request, { by, sshServer }),
        release: async (id) => desk.release(id),
        why: async (target) => why(target, routers.statuses(), snapshots.take(), intents.instance),
        close() {
          for (const listener of mine) listeners.delete(listener);
        },
      };
    },
  };
}
