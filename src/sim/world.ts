import { assert } from '../base/assert.ts';
import { type MacAddress, macFromBytes } from '../base/mac.ts';
import { after, type Duration, type Instant, type WallTime, wallTime } from '../base/time.ts';
import type { Alarms, Cancel, Clock } from '../ports/clock.ts';
import { createBroadcast } from './broadcast.ts';
import { type ClientSpec, createClient, type SimClient } from './client.ts';
import { createTimeline } from './clock.ts';
import { createKernel } from './kernel.ts';
import { createLan, type Lan } from './lan.ts';
import { createNode, type InterfaceSpec, type SimNode } from './node.ts';
import { createRandom, type Random } from './random.ts';
import type { Happening, Traced } from './trace.ts';

export interface WorldOptions {
  readonly seed: number;
  /** The wall-clock time at instant 0; undefined: the first second of 2026. */
  readonly epoch?: WallTime | undefined;
}

export interface NodeSpec {
  readonly name: string;
  readonly interfaces: readonly InterfaceSpec[];
}

/**
 * Machines, the LANs between them and their clients, in simulated time. The same seed and the same calls give the same
 * trace. Nothing happens between the calls: a driver in real time asks `nextDeadline` and calls `advanceTo`.
 */
export interface World {
  readonly seed: number;
  readonly clock: Clock;
  /** Belongs to no machine: it rings whatever is killed or paused. */
  readonly alarms: Alarms;
  readonly random: Random;
  nextDeadline(): Instant | undefined;
  /** Moves to the next thing to happen and lets it happen; false where there is none. */
  step(): boolean;
  advanceTo(until: Instant): void;
  run(wait: Duration): void;
  /** Whether `predicate` came true within `limit`, asked after each thing that happened; time stops there. */
  runUntil(predicate: () => boolean, limit: Duration): boolean;
  /** The segment of this name, made when it is first asked for. */
  lan(name: string): Lan;
  addNode(spec: NodeSpec): SimNode;
  node(name: string): SimNode;
  addClient(spec: ClientSpec): SimClient;
  /** Whose card this hardware address belongs to. */
  ownerOf(mac: MacAddress): string | undefined;
  /** Everything on the wire, every address and every link, as it happens. */
  observe(listener: (happening: Traced) => void): Cancel;
}

const FIRST_OF_2026 = wallTime(1_767_225_600_000);

export function createWorld({ seed, epoch = FIRST_OF_2026 }: WorldOptions): World {
  const timeline = createTimeline(epoch);
  const random = createRandom(seed);
  const happenings = createBroadcast<Traced>();
  const lans = new Map<string, Lan>();
  const nodes = new Map<string, SimNode>();
  const macs = createMacs();
  const now = (): Instant => timeline.clock.now();
  const trace = (happening: Happening): void => happenings.tell({ ...happening, at: now() });

  const lan = (name: string): Lan => {
    const segment = lans.get(name) ?? createLan(name, timeline, random, trace);
    lans.set(name, segment);
    return segment;
  };

  return {
    seed,
    clock: timeline.clock,
    alarms: { at: (deadline, ring) => timeline.schedule(deadline, 'alarm', ring) },
    random,
    nextDeadline: timeline.nextDeadline,
    step: timeline.step,
    advanceTo: timeline.advanceTo,
    run: (wait) => timeline.advanceTo(after(now(), wait)),
    runUntil(predicate, limit) {
      const end = after(now(), limit);
      for (;;) {
        if (predicate()) return true;
        const next = timeline.nextDeadline();
        if (next === undefined || next > end) break;
        timeline.step();
      }
      timeline.advanceTo(end);
      return false;
    },
    lan,
    addNode({ name, interfaces }) {
      assert(!nodes.has(name), `there is a node ${name} already`);
      const node = createNode(name, interfaces, {
        timeline,
        random: createRandom(seed + nodes.size + 1),
        bootKernel: () => createKernel(name, trace),
        addInterface(kernel, spec) {
          kernel.addInterface(spec.name, lan(spec.lan ?? spec.name), macs.of(name, spec.name));
          kernel.addresses.add({ interface: spec.name, address: spec.address, prefix: spec.prefix });
        },
        news: (state) => trace({ kind: 'process', owner: name, state }),
      });
      nodes.set(name, node);
      return node;
    },
    node(name) {
      const node = nodes.get(name);
      assert(node, `there is no node ${name}`);
      return node;
    },
    addClient: (spec) => createClient(spec, timeline, lan(spec.lan), macs.of(spec.name, spec.lan)),
    ownerOf: macs.owner,
    observe: happenings.listen,
  };
}

/** Locally administered addresses, numbered as they are asked for; the same card keeps its own. */
function createMacs() {
  const cards: { readonly owner: string; readonly card: string; readonly mac: MacAddress }[] = [];
  return {
    of(owner: string, card: string): MacAddress {
      const known = cards.find((entry) => entry.owner === owner && entry.card === card);
      if (known) return known.mac;
      const number = cards.length + 1;
      const mac = macFromBytes(Uint8Array.of(2, 0, 0, 0, number >> 8, number & 0xff));
      cards.push({ owner, card, mac });
      return mac;
    },
    owner: (mac: MacAddress): string | undefined => cards.find((entry) => entry.mac === mac)?.owner,
  };
}
