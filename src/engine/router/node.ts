/** All virtual routers of one machine over one `VrrpHost`: sockets, links and addresses in, reports out. */
import type { Duration, Instant } from '../../base/time.ts';
import { isoTime, milliseconds } from '../../base/time.ts';
import type { SessionConfig } from '../../bfd/config.ts';
import type { AddressChange } from '../../ports/addresses.ts';
import type { Cancel } from '../../ports/clock.ts';
import type { VrrpHost } from '../../ports/host.ts';
import type { LinkChange } from '../../ports/links.ts';
import type { RouterState } from '../../vrrp/state.ts';
import { watchAddresses } from './address-watch.ts';
import { limitAdverts } from './advert-feed.ts';
import { examine } from './evidence.ts';
import { ADOPTABLE, adopting, removeLeftovers } from './leftovers.ts';
import { judgeInterface, judgeSource } from './links.ts';
import type { JournalEntry, LeftAddress, RouterCommand, RouterPlan, RouterReport, StaticPlan } from './messages.ts';
import { createNeighbourhood } from './neighbourhood.ts';
import { isNews } from './news.ts';
import { createOperations } from './operations.ts';
import { planExchange } from './plan-change.ts';
import { receiveDatagram, sentAdvert } from './reception.ts';
import { removeRoutingLeftovers, watchRouting } from './routing-watch.ts';
import { createSharedSockets } from './shared-sockets.ts';
import { rivalsOf, watchSplitBrain } from './split-brain.ts';
import { startLater } from './startup.ts';
import { NO_STATICS } from './statics.ts';
import { createStatusReports } from './status-reports.ts';
import { createSyncGroups } from './sync-groups.ts';
import { runTogether } from './together.ts';
import { standingOf, trackSessions } from './tracked-sessions.ts';
import { probeVips } from './vip-probe.ts';
import { createVirtualMacEars } from './virtual-mac-ears.ts';
import { keepVirtualMacs, lowerVirtualMacs, makeVirtualMacs, mendVirtualMac } from './virtual-macs.ts';
import { createVirtualRouter, type VirtualRouter } from './virtual-router.ts';

/** A pause shorter than this hurts no adver interval of a second. */
const WORTH_TELLING = milliseconds(500);

export interface RouterNode {
  command(command: RouterCommand): void;
  /** The process did not run for `gap`. The instances see it from their own deadlines; the operator from the journal. */
  paused(gap: Duration): void;
}

export function createRouterNode(
  plans: readonly RouterPlan[],
  host: VrrpHost,
  report: (report: RouterReport) => void,
  staticPlan: StaticPlan = NO_STATICS,
): RouterNode {
  const showReceived = limitAdverts(host.clock, report, 'received');
  const showSent = limitAdverts(host.clock, report, 'sent');
  // With the state that it led to: whoever asks for it after the result must not see what was before.
  const operations = createOperations(host, (ended) => {
    status.send();
    report(ended);
  });
  const watches: Cancel[] = [];
  const tell = (entry: JournalEntry): void => report({ type: 'journal', entry });
  const noticeSplitBrain = watchSplitBrain(host, tell);
  const addressWatch = watchAddresses(host, tell);
  const sockets = createSharedSockets(
    () => routers,
    host,
    (datagram) => {
      const router = neighbourhood.find(datagram);
      if (router && ears.hasTwice(router, datagram)) return;
      receiveDatagram(datagram, neighbourhood, host, showReceived, operations);
    },
  );
  const ears = createVirtualMacEars(host, (datagram) =>
    receiveDatagram(datagram, neighbourhood, host, showReceived, operations),
  );
  const shown = new WeakMap<VirtualRouter, RouterState>();
  const groups = createSyncGroups(() => routers, host);
  const neighbourhood = createNeighbourhood(() => routers, host);
  const routers = plans.map(createRouter);
  const sessions = trackSessions(
    host,
    () => routers,
    groups,
    report,
    () => status.soon(),
  );
  const standing = watchRouting(routers, host, tell);
  const status = createStatusReports({ routers, host, addressWatch, noticeSplitBrain, sessions, standing, report });
  let running = false;
  /** Those that vrrp_startup_delay keeps out; one that adopts its mastership has no use for it. */
  const waiting = new Set<VirtualRouter>();

  function createRouter(plan: RouterPlan): VirtualRouter {
    const router: VirtualRouter = createVirtualRouter(plan, {
      host,
      socket: () => sockets.of(router.plan),
      virtualAddresses: neighbourhood.virtualAddresses,
      journal: (entry) => report({ type: 'journal', entry }),
      changed(router) {
        ears.follow(router);
        groups.settle(router);
        const [before, state] = [shown.get(router), router.state()];
        shown.set(router, state);
        const contested = (): boolean => rivalsOf(router, now()).length > 0;
        if (!before || isNews(before, state) || contested()) status.soon();
      },
      advertSent: (router, priority, source) => {
        operations.advertSent(router, priority);
        const [before, sentAt] = [router.lastSentAt, now()];
        router.lastSentAt = sentAt;
        const make = () => {
          const advert = sentAdvert(router, priority, source, sentAt, before, host);
          return { type: 'advert', advert, sentAt } as const;
        };
        // What could be adopted after a restart must be known of all instances, however many.
        if (router.plan.config.adverInterval >= ADOPTABLE) report(make());
        else showSent(make);
      },
      releasing: (router) => operations.releasing(router),
      operationEnded: (router, id, outcome) => operations.ended(router, id, outcome),
    });
    return router;
  }

  function start(leftBehind: readonly LeftAddress[] = [], configs: readonly SessionConfig[] = []): void {
    const adopted = adopting(plans, host);
    removeRoutingLeftovers(adopted, staticPlan, host, tell);
    removeLeftovers(plans, adopted, leftBehind, host, tell);
    keepVirtualMacs(plans, host, tell);
    watches.push(host.links.watch(onLink), host.addresses.watch(onAddress));
    standing.exchange(staticPlan);
    running = true;
    sessions.exchange(configs);
    const delay = routers[0]?.plan.startupDelay;
    groups.together(() => {
      for (const router of routers) startRouter(router, !delay, adopted.has(router.plan));
    });
    if (delay) watches.push(startLater(delay, host, report, beginAll));
    report({ type: 'started' });
    status.send();
  }

  function startRouter(router: VirtualRouter, takesPart = true, adopt = false): void {
    sockets.open(router.plan);
    makeVirtualMacs(router, host, tell);
    if (!adopt) lowerVirtualMacs(router.plan, host);
    // A script that has not answered yet was well when the earlier life ended.
    for (const fault of adopt ? [] : router.plan.initialFaults) router.dispatch({ type: 'fault', at: now(), ...fault });
    for (const term of router.plan.initialTerms) router.dispatch({ type: 'priority-term', at: now(), ...term });
    for (const tracked of router.plan.trackedInterfaces) judgeInterface(router, host, tracked.interface);
    sessions.tell(router, adopt ? 'adopting' : 'other');
    judgeSource(router, now());
    const { admin, holdPreempt } = router.plan;
    if (admin !== 'active' || holdPreempt) router.dispatch({ type: 'admin', at: now(), mode: admin, holdPreempt });
    if (takesPart || adopt) router.dispatch({ type: 'startup', at: now(), adopt });
    else waiting.add(router);
  }

  const beginAll = (): void =>
    groups.together(() => {
      for (const router of routers.filter((one) => waiting.delete(one)))
        router.dispatch({ type: 'startup', at: now() });
    });

  function reload(next: readonly RouterPlan[], configs: readonly SessionConfig[], nextStatics: StaticPlan): void {
    groups.together(() => {
      sessions.exchange(configs);
      exchange(next);
    });
    standing.exchange(nextStatics);
    sockets.closeUnused();
    status.send();
    report({ type: 'reloaded' });
  }

  /** What goes comes first: an address may move from one instance to another. */
  function exchange(next: readonly RouterPlan[]): void {
    const { ended, changed, begun } = planExchange(routers, next);
    for (const router of ended) {
      router.dispatch({ type: 'shutdown', at: now() });
      routers.splice(routers.indexOf(router), 1);
      neighbourhood.forget();
    }
    if (running) keepVirtualMacs(next, host, tell);
    for (const { router, plan } of changed) {
      const before = router.plan;
      sockets.open(plan);
      router.reconfigure(plan);
      sockets.judge(router);
      neighbourhood.forget();
      const tracked = [...before.trackedInterfaces, ...plan.trackedInterfaces];
      for (const one of tracked) judgeInterface(router, host, one.interface);
      sessions.tell(router, standingOf(router), before.trackedSessions);
      judgeSource(router, now());
    }
    for (const plan of begun) {
      const router = createRouter(plan);
      routers.push(router);
      neighbourhood.forget();
      if (running) startRouter(router);
    }
    const order = next.map(({ config }) => config.name);
    routers.sort((a, b) => order.indexOf(a.plan.config.name) - order.indexOf(b.plan.config.name));
  }

  const now = (): Instant => host.clock.now();

  function onLink(change: LinkChange): void {
    standing.news();
    neighbourhood.forgetAddresses();
    if (change.kind === 'removed') ears.lost(change.link.name);
    for (const router of [...routers]) {
      mendVirtualMac(router, change.link.name, host, tell);
      const own = router.plan.config.interface === change.link.name;
      if (own || router.plan.trackedInterfaces.some((t) => t.interface === change.link.name)) {
        if (own) sockets.reopen(router.plan, change);
        judgeInterface(router, host, change.link.name);
        judgeSource(router, now());
      }
    }
  }

  function onAddress(change: AddressChange): void {
    standing.news();
    neighbourhood.forgetAddresses();
    const mayBeSource = neighbourhood.mayBeSource(change.address.address);
    for (const router of routers) {
      const { plan, holding } = router;
      const ours = plan.held.find(
        (a) => a.address === change.address.address && a.interface === change.address.interface,
      );
      if (!ours) {
        if (mayBeSource && change.address.interface === plan.config.interface) judgeSource(router, now());
      } else if (change.kind === 'removed' && holding.holds(ours.address) && !holding.present(ours)) {
        router.dispatch({ type: 'address-removed', at: now(), address: ours.address });
      }
    }
  }

  function stop(): void {
    groups.together(() => {
      for (const router of routers) router.dispatch({ type: 'shutdown', at: now() });
    });
    groups.stop();
    operations.stop();
    addressWatch.stop();
    standing.stop();
    ears.stop();
    for (const cancel of watches.splice(0)) cancel();
    keepVirtualMacs([], host, tell);
    sessions.stop();
    status.end();
    running = false;
    sockets.close();
    report({ type: 'stopped' });
  }

  function command(message: RouterCommand): void {
    if (message.type === 'start') return start(message.leftBehind, message.sessions);
    if (message.type === 'stop') return stop();
    if (message.type === 'reload') return reload(message.plans, message.sessions, message.statics ?? NO_STATICS);
    const find = (instance: string): VirtualRouter | undefined =>
      routers.find(({ plan }) => plan.config.name === instance);
    if (message.type === 'probe-vips') {
      const { id, targets } = message;
      return probeVips(targets, host, (answers) => report({ type: 'vip-answers', id, answers }));
    }
    if (message.type !== 'examine') {
      const commands = message.type === 'together' ? message.commands : [message];
      return runTogether(commands, find, host, groups, operations);
    }
    const router = find(message.instance);
    if (router) examine(router, host, message.id, report);
  }

  function paused(gap: Duration): void {
    if (gap < WORTH_TELLING) return;
    const text = `this process did not run for ${(gap / 1000).toFixed(2)} s: it was stopped or starved, or the machine slept`;
    const at = isoTime(host.clock.wall());
    report({ type: 'journal', entry: { at, severity: 'warning', kind: 'engine', subject: '', text } });
  }

  return { command, paused };
}
