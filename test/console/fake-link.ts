/** An EngineLink that says what a test lets it say, and remembers what it was asked. */
import type { EngineLink, JournalEvent, Update } from '../../src/control/link.ts';
import type { OperationRequest, OperationResult, Plan } from '../../src/control/operations.ts';
import type { Snapshot } from '../../src/control/snapshot.ts';
import { plan, result, snapshot } from './fixtures.ts';

export interface FakeLink extends EngineLink {
  tell(update: Update): void;
  readonly planned: OperationRequest[];
  readonly operated: OperationRequest[];
  /** The next answers; each may be replaced by a test. */
  state: Snapshot;
  history: JournalEvent[];
  onPlan: (request: OperationRequest) => Promise<Plan>;
  onOperate: (request: OperationRequest) => Promise<OperationResult>;
  onWhy: (target: string) => Promise<string>;
}

export function fakeLink(name = 'sim'): FakeLink {
  const listeners = new Set<(update: Update) => void>();
  const link: FakeLink = {
    name,
    planned: [],
    operated: [],
    state: snapshot(),
    history: [],
    onPlan: async ({ verb, target }) => plan({ verb, target }),
    onOperate: async ({ verb, target }) => result({ verb, target }),
    onWhy: async (target) => `${target} is master because nobody with a higher priority than 150 advertises.`,
    tell(update) {
      if (update.kind === 'snapshot') link.state = update.snapshot;
      for (const listener of listeners) listener(update);
    },
    snapshot: async () => link.state,
    events: async () => link.history,
    subscribe(listener) {
      listeners.add(listener);
      listener({ kind: 'snapshot', snapshot: link.state });
      return () => listeners.delete(listener);
    },
    async plan(request) {
      link.planned.push(request);
      return link.onPlan(request);
    },
    async operate(request) {
      link.operated.push(request);
      return link.onOperate(request);
    },
    why: (target) => link.onWhy(target),
    close() {},
  };
  return link;
}
