import { assert } from '../base/assert.ts';
import type { IpAddress } from '../base/ip.ts';
import type { Result } from '../base/result.ts';
import type { RoutingEntry } from '../base/routing.ts';
import type { InterfaceAddress } from '../ports/addresses.ts';
import type { VrrpHost } from '../ports/host.ts';
import type { OsError } from '../ports/os-error.ts';
import type { Timeline } from './clock.ts';
import { createHost, type JoinedGroup } from './host.ts';
import type { Kernel } from './kernel.ts';
import { createProcess } from './process.ts';
import type { Random } from './random.ts';
import type { ProcessNews } from './trace.ts';

export interface InterfaceSpec {
  readonly name: string;
  readonly address: IpAddress;
  readonly prefix: number;
  /** The segment it is plugged into; undefined: the one that bears the interface's name. */
  readonly lan?: string | undefined;
}

/** What somebody at the machine does behind our program's back. */
export interface Operator {
  addAddress(address: InterfaceAddress): Result<'added' | 'present', OsError>;
  removeAddress(address: InterfaceAddress): Result<'removed' | 'absent', OsError>;
  removeRouting(entry: RoutingEntry): Result<'removed' | 'absent', OsError>;
  /** `ip link set NAME up|down`. */
  setLink(name: string, up: boolean): void;
  /** Puts the cable in, or pulls it. */
  setCarrier(name: string, on: boolean): void;
  addInterface(spec: InterfaceSpec): void;
  removeInterface(name: string): void;
}

/** A simulated machine with one program on it. */
export interface SimNode {
  readonly name: string;
  /** Of the program that runs now: `start` makes another one, the old one stays dumb. */
  readonly host: VrrpHost;
  state(): 'running' | 'paused' | 'dead';
  /** What the kernel holds, whatever the program thinks. */
  addresses(): InterfaceAddress[];
  holds(address: IpAddress): boolean;
  /** Routes and rules with our mark. */
  routing(): RoutingEntry[];
  groups(): readonly JoinedGroup[];
  readonly operator: Operator;
  /** SIGKILL: the kernel keeps the addresses and answers for them. */
  kill(): void;
  /** SIGSTOP: what arrives waits in the sockets; alarms that were due ring after it has been read. */
  pause(): void;
  resume(): void;
  /** Power off: nothing answers any more. */
  crash(): void;
  /** A new program on the same machine; after a crash the machine boots with the addresses of its specification. */
  start(): VrrpHost;
}

/** What a node needs of its world: to plug a card in, and to tell what happened. */
export interface NodeSurroundings {
  readonly timeline: Timeline;
  /** Of its own: what one program draws changes nothing for the rest of the world. */
  readonly random: Random;
  bootKernel(): Kernel;
  addInterface(kernel: Kernel, spec: InterfaceSpec): void;
  news(state: ProcessNews): void;
}

export function createNode(name: string, interfaces: readonly InterfaceSpec[], world: NodeSurroundings): SimNode {
  let kernel = boot();
  let program = load();
  let powered = true;

  function boot(): Kernel {
    const fresh = world.bootKernel();
    for (const spec of interfaces) world.addInterface(fresh, spec);
    return fresh;
  }

  function load() {
    const process = createProcess(world.timeline);
    return { process, ...createHost(kernel, process, world.timeline.clock, world.random) };
  }

  const end = (news: ProcessNews): void => {
    if (program.process.state() === 'dead') return;
    program.process.kill();
    program.close();
    world.news(news);
  };

  return {
    name,
    get host() {
      return program.host;
    },
    state: () => program.process.state(),
    addresses: () => kernel.addresses.list(),
    holds: (address) => kernel.addresses.holds(address),
    routing: () => kernel.routing.list(),
    groups: () => program.groups(),
    operator: {
      addAddress: (address) => kernel.addresses.add(address),
      removeAddress: (address) => kernel.addresses.remove(address),
      removeRouting: (entry) => kernel.routing.remove(entry),
      setLink: (link, up) => kernel.setLink(link, up),
      setCarrier: (link, on) => kernel.links.alter(link, { carrier: on }),
      addInterface: (spec) => world.addInterface(kernel, spec),
      removeInterface: (link) => kernel.removeInterface(link),
    },
    kill: () => end('killed'),
    pause() {
      if (program.process.state() !== 'running') return;
      program.process.pause();
      world.news('paused');
    },
    resume() {
      if (program.process.state() !== 'paused') return;
      program.process.resume();
      world.news('resumed');
    },
    crash() {
      end('crashed');
      for (const link of kernel.links.list()) kernel.removeInterface(link.name);
      powered = false;
    },
    start() {
      assert(program.process.state() === 'dead', `${name} runs a program already: kill it first`);
      if (!powered) kernel = boot();
      powered = true;
      program = load();
      world.news('started');
      return program.host;
    },
  };
}
