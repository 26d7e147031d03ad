/** A real server's machine as plan, status and check look at it, and what they may have done to it. */
import type { IpAddress } from '../base/ip.ts';
import type { Result } from '../base/result.ts';
import type { ChangeRecord } from './record.ts';

export interface MachineInterface {
  readonly name: string;
  /** Set up, and with carrier. */
  readonly up: boolean;
  /** It resolves neighbours by ARP: false for loopback, dummies and tunnels. */
  readonly arp: boolean;
}

export interface HeldAddress {
  readonly interface: string;
  readonly address: IpAddress;
  readonly prefix: number;
  readonly label?: string | undefined;
}

/** A route to one host through an interface, without a gateway, in the main table. */
export interface HostRoute {
  readonly interface: string;
  readonly address: IpAddress;
}

export interface MachineView {
  readonly interfaces: readonly MachineInterface[];
  readonly addresses: readonly HeldAddress[];
  readonly routes: readonly HostRoute[];
  /** Values below /proc/sys by their path there, such as `net/ipv4/conf/all/arp_ignore`. */
  readonly settings: ReadonlyMap<string, string>;
}

export type Step =
  /** Durable before the next step begins. */
  | { readonly kind: 'record'; readonly record: ChangeRecord }
  | { readonly kind: 'set'; readonly path: string; readonly value: string }
  | ({ readonly kind: 'add-address' | 'remove-address' } & HeldAddress)
  | ({ readonly kind: 'add-route' | 'remove-route' } & HostRoute);

/** What the machine refused: `code` as errno(3) names it. */
export interface Refusal {
  readonly code: string;
  readonly step: Step;
}

/** Does the steps in order and stops at the first refusal. What is as wanted already is no refusal. */
export function carryOut(steps: readonly Step[], perform: (step: Step) => Result<void, string>): Result<void, Refusal> {
  for (const step of steps) {
    const done = perform(step);
    if (!done.ok) return { ok: false, error: { code: done.error, step } };
  }
  return { ok: true, value: undefined };
}

/** `set net/ipv4/conf/all/arp_ignore to 1`, `add 10.0.0.100/32 to lo (label lo:0)` */
export function describeStep(step: Step): string {
  switch (step.kind) {
    case 'record':
      return 'write down what was there before';
    case 'set':
      return `set /proc/sys/${step.path} to ${step.value}`;
    case 'add-address':
      return `add ${step.address}/${step.prefix} to ${step.interface}${step.label ? ` (label ${step.label})` : ''}`;
    case 'remove-address':
      return `remove ${step.address}/${step.prefix} from ${step.interface}`;
    case 'add-route':
      return `add the host route to ${step.address} by ${step.interface}`;
    case 'remove-route':
      return `remove the host route to ${step.address} by ${step.interface}`;
  }
}
