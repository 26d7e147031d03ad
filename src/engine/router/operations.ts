/** The operations that are under way at the virtual routers, with what is measured of each. */
import { type Duration, elapsed, type Instant, milliseconds } from '../../base/time.ts';
import type { VrrpHost } from '../../ports/host.ts';
import type { OperationOutcome } from '../../vrrp/effect.ts';
import { type Gap, type HandoverObserver, observeHandover } from './handover-observer.ts';
import type { RouterCommand, RouterReport } from './messages.ts';
import type { VirtualRouter } from './virtual-router.ts';

type Begin = Extract<RouterCommand, { type: 'push' | 'take-over' | 'force-master' | 'boost' }>;

/** A take-over is at once: without a look before it nothing could be said of the gap. */
const LOOK_FIRST = milliseconds(20);

interface Underway {
  readonly id: string;
  readonly observer: HandoverObserver;
  /** When the advert that began it left: priority 0 in a push, our own in a take-over. */
  begunAt: Instant | undefined;
  successorAt: Instant | undefined;
}

export interface RouterOperations {
  /** Returns how long the event should wait, so that the observer has seen the state before. */
  begin(router: VirtualRouter, command: Begin): Duration;
  advertSent(router: VirtualRouter, priority: number): void;
  /** Anybody's advert of priority > 0 for the router's VRID, as it came from the wire. */
  advertHeard(router: VirtualRouter, at: Instant): void;
  /** Our addresses are about to go. */
  releasing(router: VirtualRouter): void;
  ended(router: VirtualRouter, id: string, outcome: OperationOutcome): void;
  /** Of an instance that is not here (any more): whoever asked waits for an answer all the same. */
  refused(command: Begin, reason: string): void;
  stop(): void;
}

export function createOperations(host: VrrpHost, report: (report: RouterReport) => void): RouterOperations {
  const underway = new Map<VirtualRouter, Underway>();

  return {
    begin(router, { type, id }) {
      // A second one is refused by the instance; the first keeps its observer.
      if (underway.has(router)) return milliseconds(0);
      // Whoever pushes measures; here it may never come.
      if (type === 'boost') return milliseconds(0);
      const observer = observeHandover(router.plan, host);
      // A push resigns at once. A successor without skew may have spoken by the time that our own send returns.
      const begunAt = type === 'push' ? host.clock.now() : undefined;
      underway.set(router, { id, observer, begunAt, successorAt: undefined });
      if (type === 'push') return milliseconds(0);
      observer.ask();
      return LOOK_FIRST;
    },
    advertSent(router, _priority) {
      const operation = underway.get(router);
      if (operation) operation.begunAt ??= host.clock.now();
    },
    advertHeard(router, at) {
      const operation = underway.get(router);
      if (operation?.begunAt !== undefined && at >= operation.begunAt) operation.successorAt ??= at;
    },
    releasing(router) {
      underway.get(router)?.observer.released();
    },
    refused({ id, instance }, reason) {
      const measured = { takeOverMs: null, gapMs: null, noiseMs: null };
      report({ type: 'operation', id, instance, outcome: { kind: 'refused', reason }, measured });
    },
    ended(router, id, outcome) {
      const operation = underway.get(router);
      const instance = router.plan.config.name;
      const unknown = { takeOverMs: null, gapMs: null, noiseMs: null };
      if (!operation || operation.id !== id) {
        report({ type: 'operation', id, instance, outcome, measured: unknown });
        return;
      }
      underway.delete(router);
      const { begunAt, successorAt, observer } = operation;
      const since = (at: Instant | undefined): number | null =>
        begunAt !== undefined && at !== undefined ? elapsed(begunAt, at) : null;
      const tell = (takeOverMs: number | null, gap: Gap): void =>
        report({ type: 'operation', id, instance, outcome, measured: { takeOverMs, ...gap } });
      if (outcome.kind === 'handed-over') {
        observer.claimed((gap) => tell(since(successorAt), gap));
      } else if (outcome.kind === 'took-over') {
        tell(since(host.clock.now()), observer.announced());
      } else {
        observer.stop();
        tell(null, { gapMs: null, noiseMs: null });
      }
    },
    stop() {
      for (const { observer } of underway.values()) observer.stop();
      underway.clear();
    },
  };
}
