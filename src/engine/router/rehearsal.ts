/**
 * Elections that nobody sees, before the first real one. Node runs code slowly until it has run it often, and binds what
 * it calls at the first call; a real take-over comes once in months, so it would always be a first one, and take
 * several times as long. So a fictitious router goes through elections, each an advertisement, a resignation
 * and a take-over, in the code that the real ones will use, the host's adapters included.
 *
 * What goes to the host is refused there, and the router is told that it was done: an address with a prefix that cannot
 * be, a frame without its header, an advertisement from an address that is nobody's (RFC 5737), all on the loopback
 * interface. Nothing of it is ever on a wire or in a table.
 */
import { ip } from '../../base/ip.ts';
import { parseMac } from '../../base/mac.ts';
import { ok } from '../../base/result.ts';
import { after, type Duration, elapsed, type Instant, milliseconds } from '../../base/time.ts';
import type { Cancel } from '../../ports/clock.ts';
import type { VrrpHost } from '../../ports/host.ts';
import type { Link } from '../../ports/links.ts';
import type { ReceivedDatagram } from '../../ports/vrrp-sockets.ts';
import { createHolding } from './holding.ts';
import type { RouterPlan, RouterReport } from './messages.ts';
import { createRouterNode } from './node.ts';

/** More make no difference that can be measured (docs/bench.md); after so long they end in any case. */
const ELECTIONS = 60;
const AT_MOST = milliseconds(150);

const STAGE = 'lo';
const OURS = ip('192.0.2.1');
const RIVAL = ip('192.0.2.2');
const LINK: Link = { index: 1, name: STAGE, up: true, mtu: 1500, mac: parseMac('02:00:00:00:00:01') };
/** More addresses teach nothing and take time. */
const ADDRESSES = 3;
const ONE_BIT_TOO_MANY = 33;
const SHORTER_THAN_A_HEADER = 13;

/**
 * The first IPv4 one of `plans`, played over `host`, which must not serve anybody yet. What there
 * is to say goes to `report`, which should cost what a real report does.
 */
export function rehearse(plans: readonly RouterPlan[], host: VrrpHost, report: (report: RouterReport) => void): void {
  const plan = plans.find(({ config }) => config.family === 4);
  if (!plan) return;
  const stage = createStage(host);
  const role = roleOf(plan);
  const { encode } = createHolding(role, stage.host);
  const rival = { interface: STAGE, source: RIVAL, destination: plan.multicastGroup, ttl: 255 };
  const hear = (priority: number): void =>
    stage.hear({ ...rival, payload: encode(priority, rival), at: stage.host.clock.now() });
  const node = createRouterNode([role], stage.host, report);
  node.command({ type: 'start' });
  const began = host.clock.now();
  for (let i = 0; i < ELECTIONS && elapsed(began, host.clock.now()) < AT_MOST; i++) {
    hear(254);
    hear(0);
    // Longer than any skew: at its end the router is master.
    stage.pass(milliseconds(1000));
  }
  node.command({ type: 'stop' });
  stage.close();
}

/** The plan without what reaches beyond the stage. */
const roleOf = (plan: RouterPlan): RouterPlan => ({
  ...plan,
  config: {
    ...plan.config,
    ...withoutAh(plan.config),
    interface: STAGE,
    priority: 100,
    unicast: undefined,
    holdsRouting: false,
  },
  held: plan.held.slice(0, ADDRESSES).map((held) => ({ ...held, interface: STAGE, label: undefined })),
  routing: [],
  sourceAddress: OURS,
  trackedSessions: [],
  virtualMacs: [],
  sourceMac: undefined,
  trackedInterfaces: [{ interface: STAGE, weight: 0, reverse: false }],
  initialFaults: [],
  initialTerms: [],
  admin: 'active',
});

/** The rival has no socket that could make its check values. */
const withoutAh = ({ authentication }: RouterPlan['config']): Pick<RouterPlan['config'], 'authentication'> => ({
  authentication: authentication.type === 'AH' ? { type: 'none' } : authentication,
});

interface Stage {
  readonly host: VrrpHost;
  hear(datagram: ReceivedDatagram): void;
  /** Rings what falls due within `time`, without waiting for it. */
  pass(time: Duration): void;
  close(): void;
}

interface Alarm {
  readonly deadline: Instant;
  readonly ring: () => void;
  readonly cancel: Cancel;
}

function createStage(host: VrrpHost): Stage {
  const listeners: ((datagram: ReceivedDatagram) => void)[] = [];
  const alarms = new Set<Alarm>();
  let skipped = milliseconds(0);
  const now = (): Instant => after(host.clock.now(), skipped);

  const skipTo = (then: Instant): void => {
    skipped = milliseconds(skipped + Math.max(0, elapsed(now(), then)));
  };

  const nextUntil = (end: Instant): Alarm | undefined =>
    [...alarms].filter(({ deadline }) => deadline <= end).sort((a, b) => a.deadline - b.deadline)[0];

  const at = (deadline: Instant, ring: () => void): Cancel => {
    const alarm: Alarm = { deadline, ring, cancel: host.alarms.at(deadline, () => {}) };
    alarms.add(alarm);
    return () => {
      alarm.cancel();
      alarms.delete(alarm);
    };
  };

  return {
    host: { ...host, ...deafHost(host, listeners), clock: { now, wall: host.clock.wall }, alarms: { at } },
    hear(datagram) {
      for (const listener of listeners) listener(datagram);
    },
    pass(time) {
      const end = after(now(), time);
      for (let next = nextUntil(end); next; next = nextUntil(end)) {
        next.cancel();
        alarms.delete(next);
        skipTo(next.deadline);
        next.ring();
      }
      skipTo(end);
    },
    close() {
      for (const { cancel } of alarms) cancel();
      alarms.clear();
    },
  };
}

/** `host` as its callers see it when all goes well, while it refuses everything. */
function deafHost(
  host: VrrpHost,
  listeners: ((datagram: ReceivedDatagram) => void)[],
): Pick<VrrpHost, 'links' | 'addresses' | 'routing' | 'sockets' | 'neighbours' | 'virtualMacs'> {
  const nobody = (): void => {};
  return {
    links: {
      list: () => [LINK],
      find(name) {
        host.links.find(name);
        return LINK;
      },
      watch: () => nobody,
    },
    addresses: {
      list() {
        host.addresses.list();
        return [{ interface: STAGE, address: OURS, prefix: 24 }];
      },
      add(address) {
        host.addresses.add({ ...address, prefix: ONE_BIT_TOO_MANY });
        return ok('added');
      },
      remove(address) {
        host.addresses.remove({ ...address, prefix: ONE_BIT_TOO_MANY });
        return ok('removed');
      },
      watch: () => nobody,
    },
    routing: { list: () => [], add: () => ok('added'), remove: () => ok('removed'), watch: () => nobody },
    sockets: {
      open(options, receive) {
        // The rival speaks plainly.
        if (options.protocol === undefined) listeners.push(receive);
        const opened = host.sockets.open(options, nobody);
        return ok({
          send(message, source, unicast) {
            if (opened.ok) opened.value.send(message, source, unicast);
            return ok(undefined);
          },
          close() {
            if (opened.ok) opened.value.close();
          },
        });
      },
    },
    neighbours: {
      sendFrame(name, frame) {
        host.neighbours.sendFrame(name, frame.subarray(0, SHORTER_THAN_A_HEADER));
        return ok(undefined);
      },
      watchArp: () => ok(nobody),
    },
    virtualMacs: {
      make: () => ok('present'),
      setUp: () => ok(undefined),
      keepOnly: () => ({ removed: [], problems: [] }),
    },
  };
}
