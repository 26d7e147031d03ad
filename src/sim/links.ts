import { assert } from '../base/assert.ts';
import type { MacAddress } from '../base/mac.ts';
import type { Link, LinkChange } from '../ports/links.ts';
import { type Broadcast, createBroadcast } from './broadcast.ts';
import type { Lan, Station } from './lan.ts';
import type { Tracer } from './trace.ts';

/** A network card of a simulated machine: up means enabled (IFF_UP) and with carrier (IFF_RUNNING). */
export interface Nic {
  readonly lan: Lan;
  readonly station: Station;
  readonly enabled: boolean;
  readonly carrier: boolean;
}

export interface LinkTable {
  list(): Link[];
  find(name: string): Link | undefined;
  readonly changes: Broadcast<LinkChange>;
  nic(name: string): Nic | undefined;
  /** `cable`: the interface whose cable it shares. */
  plug(name: string, lan: Lan, mac: MacAddress, receive: Station['receive'], cable?: string): void;
  unplug(name: string): void;
  /** Tells a change only where `up` changed by it. */
  alter(name: string, state: { readonly enabled?: boolean; readonly carrier?: boolean }): void;
}

interface Entry {
  readonly index: number;
  readonly nic: Nic & { enabled: boolean; carrier: boolean };
  readonly detach: () => void;
}

const MTU = 1500;

export function createLinkTable(owner: string, trace: Tracer): LinkTable {
  const entries = new Map<string, Entry>();
  const changes = createBroadcast<LinkChange>();
  // 1 is the loopback's.
  let nextIndex = 2;

  const linkOf = ({ index, nic: { station } }: Entry): Link => ({
    index,
    name: station.interface,
    up: station.up(),
    mtu: MTU,
    mac: station.mac,
  });

  const existing = (name: string): Entry => {
    const entry = entries.get(name);
    assert(entry, `${owner} has no interface ${name}`);
    return entry;
  };

  return {
    changes,
    list: () => [...entries.values()].map(linkOf),
    find: (name) => (entries.has(name) ? linkOf(existing(name)) : undefined),
    nic: (name) => entries.get(name)?.nic,
    plug(name, lan, mac, receive, cable = name) {
      assert(!entries.has(name), `${owner} already has an interface ${name}`);
      const up = (): boolean => nic.enabled && nic.carrier;
      const nic = { lan, station: { owner, interface: name, cable, mac, up, receive }, enabled: true, carrier: true };
      const entry = { index: nextIndex++, nic, detach: lan.attach(nic.station) };
      entries.set(name, entry);
      changes.tell({ kind: 'changed', link: linkOf(entry) });
    },
    unplug(name) {
      const entry = existing(name);
      entry.nic.enabled = false;
      entry.detach();
      entries.delete(name);
      trace({ kind: 'link', owner, interface: name, state: 'removed' });
      changes.tell({ kind: 'removed', link: linkOf(entry) });
    },
    alter(name, { enabled, carrier }) {
      const entry = existing(name);
      const { nic } = entry;
      const before = nic.station.up();
      nic.enabled = enabled ?? nic.enabled;
      nic.carrier = carrier ?? nic.carrier;
      const up = nic.station.up();
      if (before === up) return;
      trace({ kind: 'link', owner, interface: name, state: up ? 'up' : 'down' });
      changes.tell({ kind: 'changed', link: linkOf(entry) });
    },
  };
}
