/** Snapshots as the plans see them, each with only what a test changes. */
import type { InstanceSnapshot, RealServerSnapshot, ServiceSnapshot } from '../../src/control/snapshot.ts';
import type { Examined } from '../../src/engine/operations/preflight.ts';
import type { Evidence, RouterStatus } from '../../src/engine/router/messages.ts';

const NOW = Date.parse('2025-01-01T12:00:00.000Z');
const agoMs = (ms: number): string => new Date(NOW - ms).toISOString();

/** A healthy backup of priority 100 beside a master of 254. */
export function instance(changed: Partial<InstanceSnapshot> = {}): InstanceSnapshot {
  return {
    name: 'VI_1',
    group: null,
    state: 'backup',
    admin: 'active',
    leaseEndsAt: null,
    vrid: 51,
    interface: 'eth0',
    family: 4,
    version: 2,
    priority: { base: 100, effective: 100, terms: [] },
    preempt: true,
    master: { address: '10.0.0.2', priority: 254, lastAdvertAgoMs: 300 },
    virtualAddresses: [{ address: '10.0.0.100/24', interface: 'eth0', present: false }],
    since: agoMs(60_000),
    reason: '',
    faults: [],
    adverts: { sent: 0, received: 0, discarded: {} },
    adverIntervalMs: 1000,
    masterDownMs: 3609,
    skewMs: 609,
    ...changed,
  };
}

export const master = (changed: Partial<InstanceSnapshot> = {}): InstanceSnapshot =>
  instance({ state: 'master', master: null, priority: priority(254), ...changed });

export const priority = (base: number, effective = base): InstanceSnapshot['priority'] => ({
  base,
  effective,
  terms: [],
});
export const masterOf = (value: number): InstanceSnapshot['master'] => ({
  address: '10.0.0.2',
  priority: value,
  lastAdvertAgoMs: 300,
});

export interface Circumstances {
  readonly senders?: readonly Partial<Evidence['senders'][number]>[];
  readonly holders?: readonly string[];
  readonly rivals?: RouterStatus['rivals'];
  readonly busyWith?: string;
  readonly ssh?: string;
}

export function examined(snapshot: InstanceSnapshot, around: Circumstances = {}): Examined {
  const sender = { address: '10.0.0.2', priority: 100, agoMs: 5000, verdict: 'valid', alive: true };
  return {
    status: { snapshot, why: '', rivals: around.rivals ?? [], claimants: [] },
    evidence: {
      senders: (around.senders ?? [{}]).map((changed) => ({ ...sender, ...changed })),
      foreignHolders: around.holders ?? [],
    },
    now: NOW,
    busyWith: around.busyWith,
    sshServerAddress: around.ssh,
  };
}

export function realServer(address: string, changed: Partial<RealServerSnapshot> = {}): RealServerSnapshot {
  return {
    address,
    port: 80,
    weight: { configured: 3, effective: 3, kernel: 3 },
    admin: 'enabled',
    health: 'up',
    reason: 'HTTP 200',
    connections: null,
    rates: null,
    checks: [],
    drain: null,
    ...changed,
  };
}

export const weighing = (effective: number, configured = effective): RealServerSnapshot['weight'] => ({
  configured,
  effective,
  kernel: effective,
});

export function service(realServers: RealServerSnapshot[], changed: Partial<ServiceSnapshot> = {}): ServiceSnapshot {
  return {
    name: `${bracketed(changed.address ?? '10.0.0.100')}:${changed.port ?? 80}/${changed.protocol ?? 'tcp'}`,
    address: '10.0.0.100',
    port: 80,
    endpoints: ['10.0.0.100:80/tcp'],
    protocol: 'tcp',
    fwmark: null,
    scheduler: 'wrr',
    method: 'DR',
    persistenceTimeout: null,
    quorum: { needed: 1, alive: 1, up: true },
    sorry: null,
    realServers,
    ...changed,
  };
}

const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address);
