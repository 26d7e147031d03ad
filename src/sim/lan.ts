import type { MacAddress } from '../base/mac.ts';
import { type Duration, type Instant, instant, milliseconds } from '../base/time.ts';
import type { Cancel } from '../ports/clock.ts';
import type { Timeline } from './clock.ts';
import { createDisturbance, type Disturbance } from './disturbance.ts';
import { isGroupMac, type Transmission } from './packet.ts';
import type { Random } from './random.ts';
import type { Tracer } from './trace.ts';

/** A place where something is plugged in. `owner` is the name by which cuts and losses speak of it. */
export interface Station {
  readonly owner: string;
  readonly interface: string;
  /** What shares a cable does not hear each other. */
  readonly cable?: string | undefined;
  readonly mac: MacAddress;
  up(): boolean;
  receive(transmission: Transmission): void;
}

const cableOf = ({ cable, interface: own }: Station): string => cable ?? own;

/** One segment: a switch that floods what is for a group and spoils what it is told to spoil. */
export interface Lan extends Disturbance {
  readonly name: string;
  attach(station: Station): Cancel;
  send(sender: Station, transmission: Transmission): void;
  /** Cuts both directions between `owner` and everybody who is plugged in now. */
  isolate(owner: string): void;
  /** Every transmission takes `latency`, and up to `jitter` more; a pair's transmissions keep their order. */
  setDelay(latency: Duration, jitter?: Duration): void;
}

export function createLan(name: string, timeline: Timeline, random: Random, trace: Tracer): Lan {
  const stations = new Set<Station>();
  const disturbance = createDisturbance(random);
  const lastArrival = new Map<string, Instant>();
  let latency = milliseconds(0.1);
  let jitter = milliseconds(0);

  const arrival = (sender: Station, receiver: Station): Instant => {
    const key = `${sender.mac} ${receiver.mac}`;
    const earliest = timeline.clock.now() + latency + (jitter > 0 ? random() * jitter : 0);
    const at = instant(Math.max(earliest, lastArrival.get(key) ?? 0));
    lastArrival.set(key, at);
    return at;
  };

  return {
    ...disturbance,
    name,
    attach(station) {
      stations.add(station);
      return () => {
        stations.delete(station);
      };
    },
    send(sender, transmission) {
      const { owner } = sender;
      trace({ kind: 'sent', lan: name, owner, interface: sender.interface, transmission });
      for (const receiver of stations) {
        if (receiver.owner === owner && cableOf(receiver) === cableOf(sender)) continue;
        if (transmission.to !== receiver.mac && !isGroupMac(transmission.to)) continue;
        const why = disturbance.spoil(owner, receiver.owner);
        if (why) {
          trace({ kind: 'lost', lan: name, owner, to: receiver.owner, why, transmission });
          continue;
        }
        timeline.schedule(arrival(sender, receiver), 'delivery', () => {
          if (stations.has(receiver) && receiver.up()) receiver.receive(transmission);
        });
      }
    },
    isolate(owner) {
      const others = [...stations].map((station) => station.owner).filter((other) => other !== owner);
      disturbance.partition([owner], others);
    },
    setDelay(newLatency, newJitter = milliseconds(0)) {
      latency = newLatency;
      jitter = newJitter;
    },
  };
}
