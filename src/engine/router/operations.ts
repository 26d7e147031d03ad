/** The operations that are under way at the virtual routers, with what is measured of each. */
import type { Instant } from '../../base/time.ts';
import type { VrrpHost } from '../../ports/host.ts';
import type { OperationOutcome } from '../../vrrp/effect.ts';
import { type HandoverObserver, observeHandover } from './handover-observer.ts';
import type { RouterReport } from './messages.ts';
import type { VirtualRouter } from './virtual-router.ts';

interface Underway {
  readonly id: string;
  readonly observer: HandoverObserver;
  /** When the advert that began it left: priority 0 in a push, our own in a take-over. */
  begunAt: Instant | undefined;
  successorAt: Instant | undefined;
}

export interface RouterOperations {
  begin(router: VirtualRouter, command: { readonly id: string }): void;
  advertSent(router: VirtualRouter, priority: number): void;
  /** Anybody's advert of priority > 0 for the router's VRID, as it came from the wire. */
  advertHeard(router: VirtualRouter, at: Instant): void;
  /** Our addresses are about to go. */
  releasing(router: VirtualRouter): void;
  ended(router: VirtualRouter, id: string, outcome: OperationOutcome): void;
  stop(): void;
}

export function createOperations(host: VrrpHost, report: (report: RouterReport) => void): RouterOperations {
  const underway = new Map<VirtualRouter, Underway>();

  return {
    begin(router, command) {
      // A second one is refused by the instance; the first keeps its observer.
      if (underway.has(router)) return;
      const observer = observeHandover(router.plan, host);
      underway.set(router, { id: command.id, observer, begunAt: undefined, successorAt: undefined });
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
      const takeOverMs = begunAt !== undefined && successorAt !== undefined ? successorAt - begunAt : null;
      if (outcome.kind !== 'handed-over') {
        observer.stop();
        report({ type: 'operation', id, instance, outcome, measured: { ...unknown, takeOverMs } });
        return;
      }
      observer.finish((gap) => report({ type: 'operation', id, instance, outcome, measured: { takeOverMs, ...gap } }));
    },
    stop() {
      for (const { observer } of underway.values()) observer.stop();
      underway.clear();
    },
  };
}
