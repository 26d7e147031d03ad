/**
 * The cluster that demo and tests share, as data: one client, two directors, two real servers on one LAN. The network
 * namespaces build exactly this; the simulator may. No process, no clock, no randomness here.
 */
import { type IpAddress, ip } from '../base/ip.ts';

export type Role = 'client' | 'a' | 'b' | 's1' | 's2';
export const DIRECTORS = ['a', 'b'] as const;
export type DirectorName = (typeof DIRECTORS)[number];
export const REAL_SERVERS = ['s1', 's2'] as const;

export interface LabNode {
  readonly role: Role;
  readonly namespace: string;
  readonly address: IpAddress;
}

export interface Topology {
  readonly id: string;
  /** The namespace that holds the bridge, where everything on the LAN can be seen. */
  readonly switchNamespace: string;
  readonly bridge: string;
  /** Every node has one interface, of this name. */
  readonly interface: string;
  readonly prefix: number;
  readonly vip: IpAddress;
  readonly vrid: number;
  readonly nodes: { readonly [role in Role]: LabNode };
}

const ADDRESSES: { readonly [role in Role]: string } = {
  client: '10.77.0.9',
  a: '10.77.0.1',
  b: '10.77.0.2',
  s1: '10.77.0.21',
  s2: '10.77.0.22',
};

/** `id` makes the namespaces' names unique on this machine: `hatop-<id>-a` and so on. */
export function topology(id: string): Topology {
  if (!/^[a-z0-9]{1,32}$/.test(id)) throw new RangeError(`a lab's id is lower-case letters and digits, not ${id}`);
  const node = (role: Role): LabNode => ({ role, namespace: `hatop-${id}-${role}`, address: ip(ADDRESSES[role]) });
  return {
    id,
    switchNamespace: `hatop-${id}-lan`,
    bridge: 'br0',
    interface: 'eth0',
    prefix: 24,
    vip: ip('10.77.0.100'),
    vrid: 51,
    nodes: { client: node('client'), a: node('a'), b: node('b'), s1: node('s1'), s2: node('s2') },
  };
}

export const namespacesOf = (lab: Topology): string[] => [
  lab.switchNamespace,
  ...Object.values(lab.nodes).map((node) => node.namespace),
];
