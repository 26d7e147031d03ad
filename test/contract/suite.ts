import type { IpAddress } from '../../src/base/ip.ts';
import type { InterfaceAddress } from '../../src/ports/addresses.ts';
import type { VrrpHost } from '../../src/ports/host.ts';

/**
 * What a port promises, as data: any test runner can run it over any adapter. An item talks to the hosts only
 * synchronously; whatever they call back, they call back while `settle` is being waited for. Nothing is asserted from
 * within a call-back: an adapter may run it where a thrown error reaches nobody.
 */
export interface ContractItem {
  readonly name: string;
  run(env: VrrpContractEnv): Promise<void>;
}

/**
 * Two machines, side by side on one segment. Each item gets a fresh pair, or one on which the items before have
 * cleaned up after themselves (they do).
 */
export interface VrrpContractEnv {
  readonly one: Machine;
  readonly two: Machine;
  /** Lets `ms` pass on the hosts' clock, and lets them call back what is due by then. */
  settle(ms: number): Promise<void>;
}

export interface Machine {
  readonly host: VrrpHost;
  /** The interface on the common segment: up, with carrier, `address` on it. */
  readonly interface: string;
  readonly address: IpAddress;
  readonly prefix: number;
  /** An IPv6 link-local address of that interface, usable at once (no duplicate address detection under way). */
  readonly linkLocal: IpAddress;
  /** Another interface, up, that does not reach the other machine's `interface`. */
  readonly elsewhere: string;
  /** What somebody else does on this machine, by other means than the host (`ip addr`, `ip link`). */
  readonly foreign: {
    addAddress(address: InterfaceAddress): Promise<void>;
    removeAddress(address: InterfaceAddress): Promise<void>;
    /** `false` takes the IPv6 addresses along, as Linux does; `true` brings `linkLocal` back. */
    setLink(name: string, up: boolean): Promise<void>;
  };
}

/** Long enough for a datagram, a netlink message or a due alarm to come through on a busy machine. */
export const A_WHILE = 200;

/** An interface that no machine has. */
export const NO_INTERFACE = 'nowhere0';
