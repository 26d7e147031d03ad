/** A machine in memory: what a step does to it, and how much of a list it does before it dies. */
import { ip } from '../../src/base/ip.ts';
import { ok } from '../../src/base/result.ts';
import {
  carryOut,
  type HeldAddress,
  type HostRoute,
  type MachineView,
  type Step,
} from '../../src/realserver/machine.ts';
import { type ChangeRecord, decodeRecord, emptyRecord, encodeRecord } from '../../src/realserver/record.ts';

export const LIFE = 'boot-1 net:[1]';
export const [VIP, SECOND, SIX] = [ip('10.0.0.100'), ip('10.0.0.101'), ip('2001:db8::100')];

const path = (name: string, setting: string): string => `net/ipv4/conf/${name}/${setting}`;

export class FakeMachine {
  addresses: HeldAddress[] = [{ interface: 'eth0', address: ip('10.0.0.11'), prefix: 24 }];
  routes: HostRoute[] = [];
  settings = new Map<string, string>();
  stored: string | undefined;
  interfaces = [
    { name: 'lo', up: true, arp: false },
    { name: 'eth0', up: true, arp: true },
  ];

  constructor(before: Readonly<Record<string, string>> = {}) {
    for (const name of ['all', 'lo', 'eth0']) {
      for (const setting of ['arp_ignore', 'arp_announce']) this.settings.set(path(name, setting), '0');
    }
    for (const [key, value] of Object.entries(before))
      this.settings.set(key.replace(/^(\S+) (\S+)$/, path('$1', '$2')), value);
  }

  view(): MachineView {
    const { interfaces, addresses, routes, settings } = this;
    return { interfaces, addresses: [...addresses], routes: [...routes], settings: new Map(settings) };
  }

  record(): ChangeRecord {
    if (this.stored === undefined) return emptyRecord(LIFE);
    const decoded = decodeRecord(this.stored);
    if (!decoded.ok) throw new Error(decoded.error);
    return decoded.value;
  }

  set(name: string, setting: string, value: string): void {
    this.settings.set(path(name, setting), value);
  }

  get(name: string, setting: string): string | undefined {
    return this.settings.get(path(name, setting));
  }

  /** `upTo`: dies after so many steps. */
  perform(steps: readonly Step[], upTo = steps.length): void {
    carryOut(steps.slice(0, upTo), (step) => {
      this.step(step);
      return ok(undefined);
    });
  }

  private step(step: Step): void {
    const same = (a: HostRoute, b: HostRoute): boolean => a.interface === b.interface && a.address === b.address;
    switch (step.kind) {
      case 'record':
        this.stored = encodeRecord(step.record);
        break;
      case 'set':
        this.settings.set(step.path, step.value);
        break;
      case 'add-address': {
        const { kind: _, ...held } = step;
        this.addresses.push(held);
        break;
      }
      case 'remove-address':
        this.addresses = this.addresses.filter((one) => !same(one, step) || one.prefix !== step.prefix);
        break;
      case 'add-route':
        this.routes.push({ interface: step.interface, address: step.address });
        break;
      case 'remove-route':
        this.routes = this.routes.filter((one) => !same(one, step));
    }
  }
}
