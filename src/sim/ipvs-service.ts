import type { IpAddress } from '../base/ip.ts';
import { after, type Duration, type Instant, seconds } from '../base/time.ts';
import {
  type Counters,
  type DestinationEntry,
  type DestinationKey,
  type DestinationSpec,
  hostPort,
  isMark,
  type ServiceEntry,
  type ServiceSpec,
} from '../ipvs/types.ts';
import type { Scheduler } from './ipvs-scheduler.ts';

/** The client's half of a flow. */
export interface SimClient {
  readonly address: IpAddress;
  readonly port: number;
}

/** A flow through the director. Its entry outlives it, as in the kernel. */
export interface SimConnection {
  readonly destination: DestinationKey;
  /** False once its destination has been taken from the table: its packets are dropped. */
  alive(): boolean;
  /** Bytes from the client and, where the answer passes the director (NAT), back. */
  transfer(inBytes: number, outBytes: number): void;
  close(): void;
}

/** How long an entry stays: a closed TCP flow (FIN_WAIT), an idle UDP flow, a template whose flows are still there. */
const CLOSED: Duration = seconds(120);
const IDLE_UDP: Duration = seconds(300);
const TEMPLATE_AGAIN: Duration = seconds(60);
/** Counts in a dump are exact; those a scheduler looks at may be this old. */
const SWEEP: Duration = seconds(1);
const SEGMENT = 1448;

interface Destination {
  spec: DestinationSpec;
  readonly counters: Mutable<Counters>;
  active: number;
  inactive: number;
  persistent: number;
}
interface Flow {
  readonly client: SimClient;
  readonly destination: Destination;
  active: boolean;
  /** Of an inactive one. */
  expires: Instant;
}
interface Template {
  readonly destination: Destination;
  expires: Instant;
}
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const zero = (): Mutable<Counters> => ({
  connections: 0n,
  inPackets: 0n,
  outPackets: 0n,
  inBytes: 0n,
  outBytes: 0n,
});

/** One virtual service of the simulated table, with its destinations, flows and persistence templates. */
export class SimService {
  #spec: ServiceSpec;
  #scheduler: Scheduler;
  readonly #now: () => Instant;
  #nextSweep: Instant;
  readonly #counters = zero();
  readonly #destinations = new Map<string, Destination>();
  /** Taken from the table, but flows still point to them: one that comes back is the same again. */
  readonly #removed = new Map<string, Destination>();
  readonly #flows = new Map<string, Flow>();
  readonly #templates = new Map<IpAddress, Template>();

  constructor(spec: ServiceSpec, scheduler: Scheduler, now: () => Instant) {
    this.#spec = spec;
    this.#scheduler = scheduler;
    this.#now = now;
    this.#nextSweep = now();
  }

  edit(spec: ServiceSpec, scheduler: Scheduler): void {
    if (spec.scheduler !== this.#spec.scheduler) this.#scheduler = scheduler;
    this.#spec = spec;
  }

  has(key: DestinationKey): boolean {
    return this.#destinations.has(hostPort(key));
  }

  /** Adds or edits. */
  put(spec: DestinationSpec): void {
    const key = hostPort(spec);
    const fresh = { counters: zero(), active: 0, inactive: 0, persistent: 0 };
    const destination = this.#destinations.get(key) ?? this.#removed.get(key) ?? { ...fresh, spec };
    destination.spec = spec;
    this.#removed.delete(key);
    this.#destinations.set(key, destination);
    this.#scheduler.changed();
  }

  remove(key: DestinationKey): void {
    const destination = this.#destinations.get(hostPort(key));
    if (destination) this.#removed.set(hostPort(key), destination);
    this.#destinations.delete(hostPort(key));
    this.#scheduler.changed();
  }

  removeAll(): void {
    this.#destinations.clear();
  }

  /** The flow's connection; undefined where the client is refused or its packets are dropped. */
  connect(client: SimClient): SimConnection | undefined {
    const now = this.#now();
    if (now >= this.#nextSweep) this.#sweep();
    const key = hostPort(client);
    const known = this.#flows.get(key);
    if (known && (known.active || known.expires > now)) {
      return this.#alive(known.destination) ? this.#reopen(known) : undefined;
    }
    if (known) this.#forget(key, known);
    const destination = this.#followTemplate(client) ?? this.#schedule(client);
    if (!destination) return undefined;
    const flow: Flow = { client, destination, active: false, expires: now };
    this.#flows.set(key, flow);
    destination.inactive++;
    for (const counters of [this.#counters, destination.counters]) counters.connections += 1n;
    return this.#reopen(flow);
  }

  dump(): ServiceEntry {
    this.#sweep();
    const destinations = [...this.#destinations.values()].map(entry);
    return { ...this.#spec, counters: { ...this.#counters }, destinations };
  }

  #alive(destination: Destination): boolean {
    return this.#destinations.get(hostPort(destination.spec)) === destination;
  }

  #schedule(client: SimClient): Destination | undefined {
    const candidates = [...this.#destinations.values()].map((destination) => ({ ...entry(destination), destination }));
    const destination = this.#scheduler.pick(candidates, client.address)?.destination;
    const { persistence } = this.#spec;
    if (destination && persistence !== undefined) {
      this.#dropTemplate(client.address);
      this.#templates.set(client.address, { destination, expires: after(this.#now(), persistence) });
      destination.persistent++;
    }
    return destination;
  }

  /** A template is followed without a look at the weight: that is what a drained server's clients rely on. */
  #followTemplate(client: SimClient): Destination | undefined {
    const { persistence } = this.#spec;
    const template = this.#templates.get(client.address);
    if (!template || persistence === undefined || !this.#alive(template.destination)) return undefined;
    if (template.expires <= this.#now()) this.#sweep();
    if (!this.#templates.has(client.address)) return undefined;
    template.expires = after(this.#now(), persistence);
    return template.destination;
  }

  #reopen(flow: Flow): SimConnection {
    if (!flow.active && !isUdp(this.#spec)) activate(flow, true);
    flow.expires = after(this.#now(), IDLE_UDP);
    const { destination } = flow;
    return {
      destination: { address: destination.spec.address, port: destination.spec.port },
      alive: () => this.#alive(destination),
      transfer: (inBytes, outBytes) => this.#count(destination, inBytes, outBytes),
      close: () => {
        if (!flow.active) return;
        activate(flow, false);
        flow.expires = after(this.#now(), CLOSED);
      },
    };
  }

  #count(destination: Destination, inBytes: number, outBytes: number): void {
    const back = destination.spec.method === 'NAT' ? outBytes : 0;
    for (const counters of [this.#counters, destination.counters]) {
      counters.inBytes += BigInt(inBytes);
      counters.inPackets += BigInt(Math.ceil(inBytes / SEGMENT));
      counters.outBytes += BigInt(back);
      counters.outPackets += BigInt(Math.ceil(back / SEGMENT));
    }
  }

  #sweep(): void {
    const now = this.#now();
    this.#nextSweep = after(now, SWEEP);
    for (const [key, flow] of this.#flows) {
      if (!flow.active && flow.expires <= now) this.#forget(key, flow);
    }
    const busy = new Set([...this.#flows.values()].map((flow) => flow.client.address));
    for (const [client, template] of this.#templates) {
      if (template.expires > now) continue;
      if (busy.has(client)) template.expires = after(now, TEMPLATE_AGAIN);
      else this.#dropTemplate(client);
    }
  }

  #forget(key: string, flow: Flow): void {
    this.#flows.delete(key);
    flow.destination.inactive--;
  }

  #dropTemplate(client: IpAddress): void {
    const template = this.#templates.get(client);
    if (template) template.destination.persistent--;
    this.#templates.delete(client);
  }
}

/** Of a service by mark we take what most are for. */
const isUdp = (spec: ServiceSpec): boolean => !isMark(spec) && spec.protocol === 'udp';

function activate(flow: Flow, active: boolean): void {
  flow.active = active;
  flow.destination.active += active ? 1 : -1;
  flow.destination.inactive += active ? -1 : 1;
}

const entry = (destination: Destination): DestinationEntry => ({
  ...destination.spec,
  activeConnections: destination.active,
  inactiveConnections: destination.inactive,
  persistentConnections: destination.persistent,
  counters: { ...destination.counters },
});
