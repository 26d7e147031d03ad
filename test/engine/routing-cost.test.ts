/** What routes and rules cost the routers' thread: in proportion to how many are wanted, never to the square of it. */
import { describe, expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { ok } from '../../src/base/result.ts';
import { describeRouting, isRouting, type RoutingEntry } from '../../src/base/routing.ts';
import { milliseconds, seconds } from '../../src/base/time.ts';
import type { RouterPlan } from '../../src/engine/router/messages.ts';
import { createRoutingHolding } from '../../src/engine/router/routing-holding.ts';
import { removeRoutingLeftovers, watchRouting } from '../../src/engine/router/routing-watch.ts';
import { NO_STATICS } from '../../src/engine/router/statics.ts';
import type { VirtualRouter } from '../../src/engine/router/virtual-router.ts';
import type { VrrpHost } from '../../src/ports/host.ts';
import { createWorld } from '../../src/sim/world.ts';
import { route, rule } from './routing-fixtures.ts';

/** A machine whose calls are counted, and who holds `entries` on it. */
function holder(entries: readonly RoutingEntry[]) {
  const world = createWorld({ seed: 3 });
  const node = world.addNode({ name: 'a', interfaces: [{ name: 'eth0', address: ip('10.0.0.1'), prefix: 24 }] });
  const counts = { add: 0, list: 0 };
  const { routing } = node.host;
  const counted: VrrpHost['routing'] = {
    ...routing,
    list: (...given) => {
      counts.list++;
      return routing.list(...given);
    },
    add: (...given) => {
      counts.add++;
      return routing.add(...given);
    },
  };
  const host = { ...node.host, routing: counted };
  const plan = { routing: entries } as unknown as RouterPlan;
  const holding = createRoutingHolding(plan, host);
  const counting = (what: () => void) => {
    Object.assign(counts, { add: 0, list: 0 });
    what();
    return { ...counts };
  };
  return { world, node, host, plan, holding, counting };
}

const N = 60;
const entries = Array.from({ length: N }, (_, i) => (i % 2 ? rule(i) : route(i)));

describe('what it costs', () => {
  test('to put up: one list, and one request for each that is missing', () => {
    const { node, holding, counting } = holder(entries);
    expect(counting(holding.take)).toEqual({ add: N, list: 1 });
    expect(counting(holding.take)).toEqual({ add: 0, list: 1 });
    for (const entry of entries.slice(0, 7)) node.operator.removeRouting(entry);
    expect(counting(holding.take)).toEqual({ add: 7, list: 1 });
    expect(node.routing()).toHaveLength(N);
    expect(counting(holding.release)).toEqual({ add: 0, list: 1 });
    expect(node.routing()).toEqual([]);
  });

  test('to notice that all are missing: one event', () => {
    const { world, node, host, plan, holding } = holder(entries);
    const events: unknown[] = [];
    const router = {
      plan,
      routing: holding,
      state: () => ({ state: 'master' }),
      dispatch: (event: unknown) => events.push(event),
    } as unknown as VirtualRouter;
    holding.take();
    world.run(milliseconds(10));
    const watched = watchRouting([router], host, () => {});
    watched.exchange(NO_STATICS);
    // Nobody hears until the program has its turn again.
    node.pause();
    for (const entry of entries) node.operator.removeRouting(entry);
    expect(holding.missing()).toHaveLength(N);
    events.length = 0;
    watched.look();
    node.resume();
    world.run(seconds(1));
    const [first] = events;
    expect(first).toMatchObject({ type: 'routing-removed', what: entries.map(describeRouting) });
    watched.stop();
  });

  test('to tell entries apart: nothing is put into words for one of another place', () => {
    let read = 0;
    const spied = <T extends RoutingEntry>(entry: T, key: keyof T): T =>
      Object.defineProperty({ ...entry }, key, {
        get: () => {
          read++;
          return entry[key];
        },
      });
    const others = [spied(route(2), 'hops'), spied(rule(2), 'action')];
    for (const entry of [route(1), rule(1)]) for (const other of others) expect(isRouting(entry, other)).toBe(false);
    expect(read).toBe(0);
    expect([isRouting(route(2), others[0]!), isRouting(rule(2), others[1]!)]).toEqual([true, true]);
  });

  test('one metric more is another route: it stands in for none without', () => {
    const { node, holding } = holder([route(1, 50), route(1)]);
    holding.take();
    expect(node.routing().map(describeRouting)).toEqual(['198.51.1.0/24 dev eth0 metric 50', '198.51.1.0/24 dev eth0']);
    node.operator.removeRouting(route(1));
    expect(holding.missing()).toEqual([route(1)]);
    holding.take();
    expect(node.routing()).toHaveLength(2);
  });
});

test('what was left over is said to be removed only where it was', () => {
  const told: string[] = [];
  const { node, host, holding } = holder([route(1), route(2)]);
  holding.take();
  // Its link has gone in the meantime.
  const remove: VrrpHost['routing']['remove'] = (entry) =>
    describeRouting(entry) === describeRouting(route(1)) ? ok('absent') : host.routing.remove(entry);
  const meant = { ...host, routing: { ...host.routing, remove } };
  removeRoutingLeftovers(new Set(), NO_STATICS, meant, ({ text }) => told.push(text));
  expect(told).toEqual([`removed ${describeRouting(route(2))}: left over from an earlier run`]);
  expect(node.routing()).toEqual([route(1)]);
});
