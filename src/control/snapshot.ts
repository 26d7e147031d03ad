/**
 * `hatop status --json`, schemaVersion 1: what the engine shows of itself. Every duration in ms, every instant
 * ISO 8601; unknown is null, never a stale value. Other people's scripts rest on these names: add, do not rename.
 */
export type InstanceState = 'initialize' | 'backup' | 'master' | 'fault';
export type InstanceAdmin = 'active' | 'standby' | 'maintenance' | 'pinned';
export type RealServerAdmin = 'enabled' | 'drain' | 'drain-hard' | 'offline';
export type DataPlane = 'ipvs' | 'nftables' | 'sim' | 'none';

export interface Snapshot {
  schemaVersion: 1;
  host: string;
  /** When this was taken. */
  takenAt: string;
  engine: { version: string; pid: number; startedAt: string; mode: 'linux' | 'sim'; config: string };
  dataPlane: DataPlane;
  /** Why `dataPlane` is this one and not the other, or none; null where there was no choice. */
  dataPlaneReason: string | null;
  /** How full nftables' flow maps are, and the packets it did not forward since its table was made; null: not known, or no such bound. */
  dataPlaneUse: DataPlaneUse | null;
  instances: InstanceSnapshot[];
  /** Static addresses, routes and rules in the words of ip(8); absent: none are configured. */
  statics?: { what: string; present: boolean }[];
  services: ServiceSnapshot[];
  /** Absent: no bfd_instance is configured. */
  bfd?: BfdSnapshot;
  splitBrain: { vrid: number; interface: string; senders: string[]; cause: string }[];
  operations: OperationSnapshot[];
  /** The other hatops that this one is linked to, as hatop.conf names them; absent: an engine that knows no links. */
  peers?: PeerSnapshot[];
}

/** A link to another hatop. What is said of the peer itself is null while the link is not up. */
export interface PeerSnapshot {
  name: string;
  /** What is run to reach it: `ssh root@10.0.0.2`. */
  where: string;
  state: 'connecting' | 'up' | 'down';
  since: string;
  /** Why it is not up; empty: it is, or this is the first attempt. */
  reason: string;
  host: string | null;
  version: string | null;
  /** Their wall clock less ours, by as much too little as the answer was on its way. */
  clockAheadMs: number | null;
  instances: { name: string; state: InstanceState; admin: InstanceAdmin }[] | null;
}

export interface DataPlaneUse {
  flows: { service: string; flows: number; max: number }[];
  /** Packets: dropped since a map was full; of no known connection; with no server to take them; for one that was removed; fragments without their first. */
  notForwarded: { full: number; unknown: number; unserved: number; removed: number; fragments: number };
}

export interface InstanceSnapshot {
  name: string;
  group: string | null;
  state: InstanceState;
  admin: InstanceAdmin;
  leaseEndsAt: string | null;
  vrid: number;
  interface: string;
  /** Where its adverts come from; null: nowhere; absent: an engine that does not say. */
  sourceAddress?: string | null;
  family: 4 | 6;
  version: 2 | 3;
  priority: { base: number; effective: number; terms: { source: string; value: number }[] };
  preempt: boolean;
  master: { address: string; priority: number; lastAdvertAgoMs: number } | null;
  virtualAddresses: { address: string; interface: string; present: boolean | null }[];
  /** Routes and rules in the words of ip(8); absent: none are configured. */
  virtualRouting?: { what: string; present: boolean }[];
  since: string;
  reason: string;
  faults: string[];
  adverts: { sent: number; received: number; discarded: Record<string, number> };
  adverIntervalMs: number;
  masterDownMs: number;
  skewMs: number;
}

export interface BfdSnapshot {
  sessions: BfdSessionSnapshot[];
  /** Packets to port 3784 that were for none of them, by reason. */
  dropped: Record<string, number>;
}

export interface BfdSessionSnapshot {
  name: string;
  neighbor: string;
  /** Null: as the route has it. */
  source: string | null;
  state: 'admin-down' | 'down' | 'init' | 'up';
  since: string;
  reason: string;
  /** Whether who tracks it takes it for up; null: not decided yet. */
  usable: boolean | null;
  diagnostic: string;
  /** What the neighbor said last; null: nothing within its detection time. */
  remote: { state: 'admin-down' | 'down' | 'init' | 'up'; diagnostic: string; lastPacketAgoMs: number } | null;
  /** What we send at, before jitter, and after how long a silence it is down (null: not known). */
  transmitMs: number;
  detectionMs: number | null;
  packets: { sent: number; received: number; dropped: Record<string, number> };
}

export interface ServiceSnapshot {
  /** `ADDRESS:PORT/tcp`, `fwmark:N` or a group's name: what `--service` takes. */
  name: string;
  /** Null where it is a mark or a group. */
  address: string | null;
  port: number | null;
  /** The services of the kernel's that it is; several where it is a group. */
  endpoints: string[];
  protocol: 'tcp' | 'udp' | 'sctp';
  fwmark: number | null;
  scheduler: string;
  method: 'DR' | 'NAT' | 'TUN';
  persistenceTimeout: number | null;
  quorum: { needed: number; alive: number; up: boolean };
  sorry: { address: string; port: number; active: boolean } | null;
  realServers: RealServerSnapshot[];
}

export interface RealServerSnapshot {
  address: string;
  port: number;
  /** It answers ARP for the service's address (DR), so that clients may go past the director; null: unknown. */
  answersArp?: boolean | null;
  weight: { configured: number; effective: number; kernel: number | null };
  admin: RealServerAdmin;
  health: 'up' | 'down' | 'unknown';
  reason: string;
  connections: { active: number; inactive: number; persistent: number } | null;
  rates: { cps: number; inBps: number; outBps: number } | null;
  checks: CheckSnapshot[];
  drain: { startedAt: string; arrivingCps: number | null; etaMs: number | null; why: string } | null;
}

/** One checker of a real server. */
export interface CheckSnapshot {
  kind: 'tcp' | 'http' | 'ping' | 'udp' | 'dns' | 'smtp' | 'script' | 'file' | 'bfd';
  /** What it asks: `https://10.0.0.11:443/ping`, `tcp 10.0.0.11:80`, a script, a file. */
  what: string;
  /** null: not decided yet. */
  up: boolean | null;
  /** null: nothing has come back yet. */
  last: { at: string; good: boolean; reason: string; tookMs: number | null } | null;
  /** null: it is running, or stopped. */
  nextRunAt: string | null;
  /** Failures that are still forgiven. */
  retriesLeft: number;
  /** Real servers that one probe serves. */
  sharedBy: number;
}

export interface OperationSnapshot {
  id: string;
  verb: string;
  target: string;
  by: string;
  startedAt: string;
  step: string;
  result: string | null;
  /** null: it is under way. Absent, as the figures below: an engine that does not keep it. */
  endedAt?: string | null;
  predicted?: OperationFigures;
  measured?: OperationFigures;
}

/** ms; null: cannot be known, or there was nothing to observe. */
export interface OperationFigures {
  takeOverMs: number | null;
  gapMs: number | null;
}
