/**
 * The driver of one VRRP instance: gives the pure core its events one at a time and performs all effects of one
 * before the next. A refused effect comes back as an event, never as an exception.
 */
import type { IpAddress } from '../../base/ip.ts';
import { compareIp, familyOf } from '../../base/ip.ts';
import type { Instant } from '../../base/time.ts';
import { isoTime } from '../../base/time.ts';
import type { Cancel } from '../../ports/clock.ts';
import type { VrrpHost } from '../../ports/host.ts';
import type { UnicastTarget, VrrpSocket } from '../../ports/vrrp-sockets.ts';
import type { OperationOutcome, RouterEffect } from '../../vrrp/effect.ts';
import type { RouterEvent, TimerName } from '../../vrrp/event.ts';
import { initialState, step } from '../../vrrp/instance.ts';
import type { judge } from '../../vrrp/judge.ts';
import type { RouterState } from '../../vrrp/state.ts';
import { advertPacket } from './advert-packet.ts';
import { exchangeHolding } from './exchange-holding.ts';
import { createHolding, type Holding } from './holding.ts';
import { rememberVerdict } from './judgement.ts';
import { createLedger, type Ledger } from './ledger.ts';
import type { JournalEntry, RouterPlan } from './messages.ts';
import { createRoutingHolding, exchangeRouting, type RoutingHolding } from './routing-holding.ts';
import { createSequenceNumbers, type SequenceNumbers } from './sequence-numbers.ts';

export interface RouterSurroundings {
  readonly host: VrrpHost;
  readonly socket: () => VrrpSocket | undefined;
  /** Of all instances of this machine: none of them is a source. */
  readonly virtualAddresses: () => ReadonlySet<IpAddress>;
  readonly journal: (entry: JournalEntry) => void;
  /** After an event and all of its effects. */
  readonly changed: (router: VirtualRouter) => void;
  readonly advertSent: (router: VirtualRouter, priority: number, source: IpAddress) => void;
  readonly releasing: (router: VirtualRouter) => void;
  readonly operationEnded: (router: VirtualRouter, id: string, outcome: OperationOutcome) => void;
}

export interface VirtualRouter {
  /** The one in force: a reload may put another in its place. */
  readonly plan: RouterPlan;
  readonly ledger: Ledger;
  readonly judge: typeof judge;
  readonly holding: Holding;
  readonly routing: RoutingHolding;
  /** When the last advertisement left. */
  lastSentAt: Instant | undefined;
  /** Of AH. */
  readonly numbers: SequenceNumbers;
  readonly counters: { sent: number; received: number; readonly discarded: Map<string, number> };
  state(): RouterState;
  dispatch(event: RouterEvent): void;
  /** From now on by `next`, without an election; as master its new addresses are put up, its old ones taken off. */
  reconfigure(next: RouterPlan): void;
  /** The address that adverts leave from: configured, or the lowest-indexed primary one that is no virtual address. */
  findSource(): IpAddress | undefined;
}

export function createVirtualRouter(initial: RouterPlan, around: RouterSurroundings): VirtualRouter {
  const { host } = around;
  let plan = initial;
  let holding = createHolding(plan, host);
  let routing = createRoutingHolding(plan, host);
  /** What the kernel refused of it lately: told once, while it is tried again and again. */
  let refused: readonly string[] = [];
  let state = initialState(plan.config, host.clock.now());
  const timers = new Map<TimerName, Cancel>();
  const queue: RouterEvent[] = [];
  let busy = false;
  const numbers = createSequenceNumbers(host.clock.wall());

  const router: VirtualRouter = {
    get plan() {
      return plan;
    },
    ledger: createLedger(),
    judge: rememberVerdict(),
    lastSentAt: undefined,
    get holding() {
      return holding;
    },
    numbers,
    get routing() {
      return routing;
    },
    counters: { sent: 0, received: 0, discarded: new Map() },
    state: () => state,
    dispatch,
    reconfigure,
    findSource: () => findSource(plan, host, around.virtualAddresses()),
  };

  function reconfigure(next: RouterPlan): void {
    const before = plan;
    plan = next;
    const master = state.state === 'master';
    const ways = exchangeRouting(before, next, master, host);
    routing = ways.holding;
    for (const problem of ways.release()) failed('remove-routing', problem);
    const exchanged = exchangeHolding(before, next, master, host);
    holding = exchanged.holding;
    for (const problem of exchanged.problems) failed('add-addresses', problem);
    for (const text of [...exchanged.notes, ...ways.notes]) note('info', text);
    retryLater(ways.take());
    dispatch({ type: 'reconfigured', at: host.clock.now(), before: before.config });
  }

  function dispatch(event: RouterEvent): void {
    queue.push(event);
    if (busy) return;
    busy = true;
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const result = step(plan.config, state, next);
        state = result.state;
        for (const effect of result.effects) perform(effect);
      }
    } finally {
      busy = false;
    }
    around.changed(router);
  }

  function failed(effect: string, reason: string, told = false): void {
    if (!told) note('error', `${effect} failed: ${reason}`);
    queue.push({ type: 'effect-failed', at: host.clock.now(), effect, reason });
  }

  function retryLater(problems: readonly string[]): void {
    for (const problem of problems) failed('add-routing', problem, refused.includes(problem));
    refused = problems;
  }

  function note(severity: JournalEntry['severity'], text: string, kind: JournalEntry['kind'] = 'address'): void {
    around.journal({ at: isoTime(host.clock.wall()), severity, kind, subject: plan.config.name, text });
  }

  function perform(effect: RouterEffect): void {
    switch (effect.type) {
      case 'send-advert':
        return sendAdvert(effect.priority);
      case 'add-addresses':
        for (const problem of router.holding.take()) failed('add-addresses', problem);
        return;
      case 'remove-addresses':
        around.releasing(router);
        for (const problem of router.holding.release()) failed('remove-addresses', problem);
        return;
      case 'add-routing':
        return retryLater(routing.take());
      case 'remove-routing':
        for (const problem of routing.release()) failed('remove-routing', problem);
        refused = [];
        return;
      case 'gratuitous-arp':
        for (const problem of router.holding.announce(effect.rounds)) failed('gratuitous-arp', problem);
        return;
      case 'set-timer':
        return setTimer(effect.timer, effect.deadline);
      case 'stop-timer':
        timers.get(effect.timer)?.();
        timers.delete(effect.timer);
        return;
      case 'transition':
        return note(
          effect.to === 'fault' ? 'warning' : 'info',
          `${effect.from} → ${effect.to}: ${effect.reason}`,
          'transition',
        );
      case 'priority-changed':
        return note('info', `effective priority ${effect.from} → ${effect.to}: ${effect.reason}`, 'priority');
      case 'note':
        return note(effect.severity, effect.text);
      case 'operation':
        return around.operationEnded(router, effect.id, effect.outcome);
    }
  }

  function setTimer(timer: TimerName, deadline: Instant): void {
    timers.get(timer)?.();
    const ring = (): void => dispatch({ type: 'timer', at: host.clock.now(), timer });
    timers.set(timer, host.alarms.at(deadline, ring));
  }

  function sendAdvert(priority: number): void {
    const source = state.primary ?? router.findSource();
    const socket = around.socket();
    if (!source || !socket) {
      failed('send-advert', `${plan.config.interface} has no ${source ? 'VRRP socket' : 'source address'}`);
      return;
    }
    const sequence = plan.config.authentication.type === 'AH' ? numbers.next() : undefined;
    // A peer that cannot be reached keeps it from no other.
    const results = targets(plan).map((target) => {
      const destination = target?.address ?? plan.multicastGroup;
      const message = router.holding.encode(priority, { source, destination });
      const packet = advertPacket(plan.config, message, source, destination, target, sequence);
      return socket.send(packet, source, target, plan.sourceMac);
    });
    for (const sent of results) {
      if (!sent.ok) failed('send-advert', `${sent.error.what}: ${sent.error.code}`);
    }
    if (!results.some((sent) => sent.ok)) return;
    router.counters.sent++;
    around.advertSent(router, priority, source);
  }

  return router;
}

/** Undefined: the socket's group. */
function targets({ config, unicastTtl: ttl }: RouterPlan): (UnicastTarget | undefined)[] {
  return config.unicast?.peers.map(({ address }) => ({ address, ttl })) ?? [undefined];
}

/**
 * RFC 3768 §5.2.1: the primary address of the interface, never a virtual one, whichever instance's. The smallest of the primary addresses
 * where there are several, so that it does not depend on the order in which they were configured.
 */
function findSource(plan: RouterPlan, host: VrrpHost, virtual: ReadonlySet<IpAddress>): IpAddress | undefined {
  const present = host.addresses.list().filter((a) => a.interface === plan.config.interface);
  if (plan.sourceAddress !== undefined) {
    return present.some((a) => a.address === plan.sourceAddress) ? plan.sourceAddress : undefined;
  }
  // RFC 9568 §5.1.2.1: link-local. A peer elsewhere could not answer that.
  const far = plan.config.unicast?.peers.some(({ address }) => !address.startsWith('fe80:'));
  const wanted = (a: IpAddress): boolean =>
    familyOf(a) === plan.config.family && (plan.config.family === 4 || a.startsWith('fe80:') !== (far === true));
  return present
    .filter((a) => wanted(a.address) && !a.secondary && !virtual.has(a.address))
    .map((a) => a.address)
    .sort(compareIp)[0];
}
