/** When the statuses of all virtual routers go out: soon after a change, and often enough that their age is known. */
import { after, type Duration, milliseconds } from '../../base/time.ts';
import type { Cancel } from '../../ports/clock.ts';
import type { VrrpHost } from '../../ports/host.ts';
import type { AddressWatch } from './address-watch.ts';
import type { RouterReport, RouterStatus } from './messages.ts';
import type { watchSplitBrain } from './split-brain.ts';
import { presentNow, routerStatus } from './status.ts';
import type { VirtualRouter } from './virtual-router.ts';

/** Status goes out at least this often, so that its age is known, and at most this often when things change. */
const STATUS_EVERY = milliseconds(500);
const STATUS_COALESCE = milliseconds(20);
/** And for each instance, since a status is as large as they are many. */
const STATUS_COALESCE_EACH = milliseconds(1);

type StatusReport = Extract<RouterReport, { readonly type: 'status' }>;

export interface StatusReports {
  /** Something has changed: with what else changes in the same moment. */
  soon(): void;
  send(): void;
  /** The last one: nothing goes out any more. */
  end(): void;
}

/** What a report is made of, and whom it goes to. */
interface Parts {
  readonly routers: readonly VirtualRouter[];
  readonly host: VrrpHost;
  readonly addressWatch: AddressWatch;
  readonly noticeSplitBrain: ReturnType<typeof watchSplitBrain>;
  readonly sessions: { snapshot(): StatusReport['bfd'] };
  readonly standing: { status(): StatusReport['statics'] };
  readonly report: (report: RouterReport) => void;
}

export function createStatusReports(parts: Parts): StatusReports {
  const { routers, host, addressWatch, noticeSplitBrain, sessions, standing, report } = parts;
  let due: Cancel | undefined;
  let dueAt = Number.POSITIVE_INFINITY;

  function schedule(wait: Duration): void {
    const at = after(host.clock.now(), wait);
    if (at >= dueAt) return;
    due?.();
    dueAt = at;
    due = host.alarms.at(at, send);
  }

  function statuses(): RouterStatus[] {
    const isPresent = presentNow(host);
    return routers.map((router) => routerStatus(router, host, isPresent, addressWatch.claimants(router)));
  }

  function send(): void {
    dueAt = Number.POSITIVE_INFINITY;
    addressWatch.look(routers);
    const all = statuses();
    for (const [i, { rivals }] of all.entries()) if (routers[i]) noticeSplitBrain(routers[i], rivals);
    report({ type: 'status', routers: all, bfd: sessions.snapshot(), statics: standing.status() });
    schedule(STATUS_EVERY);
  }

  return {
    soon() {
      const each = STATUS_COALESCE_EACH * Math.min(routers.length, STATUS_EVERY);
      schedule(milliseconds(Math.max(STATUS_COALESCE, each)));
    },
    send,
    end() {
      report({ type: 'status', routers: statuses(), bfd: sessions.snapshot() });
      due?.();
      dueAt = Number.NEGATIVE_INFINITY;
    },
  };
}
