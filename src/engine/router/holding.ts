/** The addresses of one instance on the machine: taking, releasing, announcing them, and seeing who else meddles. */
import type { IpAddress } from '../../base/ip.ts';
import type { InterfaceAddress } from '../../ports/addresses.ts';
import type { VrrpHost } from '../../ports/host.ts';
import { describeOsError } from '../../ports/os-error.ts';
import type { RouterConfig } from '../../vrrp/config.ts';
import { gratuitousArp } from '../../wire/arp.ts';
import { encodeVrrp } from '../../wire/vrrp.ts';
import type { RouterPlan } from './messages.ts';

export interface Holding {
  /** Puts all addresses up; returns what the kernel refused, in words. */
  take(): string[];
  release(): string[];
  /** `rounds` of gratuitous ARP over all addresses, interleaved. */
  announce(rounds: number): string[];
  /** Whether we put `address` up and have not taken it down since. */
  holds(address: IpAddress): boolean;
  /** Whether the kernel has it now. */
  present(address: InterfaceAddress): boolean;
  encode(priority: number): Uint8Array;
}

export function createHolding(plan: RouterPlan, host: VrrpHost): Holding {
  const held = new Set<IpAddress>();
  const onMachine = (wanted: InterfaceAddress): boolean =>
    host.addresses.list().some((a) => a.interface === wanted.interface && a.address === wanted.address);

  return {
    take() {
      const problems: string[] = [];
      for (const address of plan.held) {
        const added = host.addresses.add(address);
        if (added.ok) held.add(address.address);
        else problems.push(describeOsError(added.error));
      }
      return problems;
    },
    release() {
      const problems: string[] = [];
      for (const address of plan.held) {
        held.delete(address.address);
        const removed = host.addresses.remove(address);
        if (!removed.ok) problems.push(describeOsError(removed.error));
      }
      return problems;
    },
    announce(rounds) {
      const problems = new Set<string>();
      const frames = plan.held.flatMap(({ interface: name, address }) => {
        const mac = host.links.find(name)?.mac;
        return mac && !address.includes(':') ? [{ name, frame: gratuitousArp(mac, address) }] : [];
      });
      for (let round = 0; round < rounds; round++) {
        for (const { name, frame } of frames) {
          const sent = host.neighbours.sendFrame(name, frame);
          if (!sent.ok) problems.add(describeOsError(sent.error));
        }
      }
      return [...problems];
    },
    holds: (address) => held.has(address),
    present: onMachine,
    encode: (priority) => encodeAdvert(plan.config, priority),
  };
}

function encodeAdvert(config: RouterConfig, priority: number): Uint8Array {
  return encodeVrrp({
    version: 2,
    vrid: config.vrid,
    priority,
    adverInterval: config.adverInterval,
    authentication: config.authentication,
    addresses: config.addresses,
  });
}
