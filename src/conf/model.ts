/**
 * What a keepalived.conf says, typed, with keepalived's defaults filled in. `bind.ts` makes it from the tree. Nothing
 * here knows VRRP's or IPVS's own types: `engine/assemble.ts` translates.
 */
import type { AddressOptions } from '../base/address-options.ts';
import type { IpAddress } from '../base/ip.ts';
import type { Duration } from '../base/time.ts';
import type { GlobalDefs } from './global-model.ts';
import type { NotifyScripts } from './notify-model.ts';
import type { ConfiguredRouting } from './routing-words.ts';
import type { VirtualServer } from './service-model.ts';

export type { Check, CheckConnection, CheckSchedule, CheckTiming, HttpUrl } from './check-model.ts';
export type { GlobalDefs, IpvsTimeoutsDef, Scheduling, SyncDaemonDef } from './global-model.ts';
export type { Endpoint, RealServer, SorryServer, Tunnel, VirtualServer } from './service-model.ts';

/** Half-open range of UTF-16 offsets in one source file, with the 1-based line and column of its start. */
export interface Span {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
}

export interface Configuration {
  readonly global: GlobalDefs;
  readonly scripts: readonly VrrpScript[];
  readonly trackFiles: readonly TrackFile[];
  readonly trackProcesses: readonly TrackProcess[];
  readonly bfdInstances: readonly BfdInstance[];
  readonly syncGroups: readonly SyncGroup[];
  readonly instances: readonly VrrpInstance[];
  readonly virtualServers: readonly VirtualServer[];
  /** There for as long as the program runs. Their addresses name an interface. */
  readonly statics: { readonly addresses: readonly VirtualAddress[]; readonly routing: readonly ConfiguredRouting[] };
}

export interface VrrpScript {
  readonly name: string;
  readonly argv: readonly string[];
  readonly interval: Duration;
  readonly timeout: Duration;
  readonly rise: number;
  readonly fall: number;
  /** −253…253; 0 means that failure is FAULT. */
  readonly weight: number;
  readonly reverse: boolean;
  readonly initFail: boolean;
  readonly user: string | undefined;
  readonly group: string | undefined;
  readonly span: Span;
}

export interface TrackFile {
  readonly name: string;
  readonly path: string;
  /** Of an instance that names none: what the number in the file is multiplied with. */
  readonly weight: number;
  readonly reverse: boolean;
  /** The file is made at the start where it is missing, with `overwrite` in any case. */
  readonly init: { readonly value: number; readonly overwrite: boolean } | undefined;
  readonly span: Span;
}

export interface TrackProcess {
  readonly name: string;
  readonly argv: readonly string[];
  readonly paramMatch: 'initial' | 'partial' | undefined;
  readonly fullCommand: boolean;
  readonly quorum: number;
  readonly quorumMax: number | undefined;
  readonly forkDelay: Duration;
  readonly terminateDelay: Duration;
  readonly weight: number;
  readonly reverse: boolean;
  readonly span: Span;
}

export interface BfdInstance {
  readonly name: string;
  readonly neighbor: IpAddress;
  readonly source: IpAddress | undefined;
  readonly minRx: Duration;
  readonly minTx: Duration;
  readonly idleTx: Duration;
  readonly multiplier: number;
  readonly passive: boolean;
  readonly ttl: number;
  /** By how much a received TTL may be below `ttl`; undefined: any. */
  readonly maxHops: number | undefined;
  /** Of an instance that names none. */
  readonly weight: number;
  readonly reverse: boolean;
  readonly forVrrp: boolean;
  readonly forCheckers: boolean;
  readonly span: Span;
}

/** That an instance tracks something, by its name. Weight 0: failure is FAULT. */
export interface Tracking {
  readonly name: string;
  readonly weight: number;
  readonly reverse: boolean;
}

export interface SyncGroup {
  readonly name: string;
  readonly members: readonly string[];
  /** What guards every member; `instances` have it among their own already. */
  readonly trackScripts: VrrpInstance['trackScripts'];
  readonly trackInterfaces: VrrpInstance['trackInterfaces'];
  readonly trackFiles: readonly Tracking[];
  readonly trackProcesses: readonly Tracking[];
  readonly trackBfd: readonly Tracking[];
  /** `sync_group_tracking_weight`: the members' own weighted trackers count as well. */
  readonly trackingWeight: boolean;
  readonly notify: NotifyScripts;
  readonly span: Span;
}

export interface UnicastPeer {
  readonly address: IpAddress;
  /** Bounds on the TTL of what it sends. */
  readonly minTtl: number | undefined;
  readonly maxTtl: number | undefined;
}

export interface VirtualAddress {
  readonly address: IpAddress;
  readonly prefix: number;
  /** Undefined: the instance's interface. */
  readonly interface: string | undefined;
  readonly label: string | undefined;
  /** The other end of a point-to-point link. */
  readonly peer: IpAddress | undefined;
  readonly options: AddressOptions;
  /** `use_vmac` on its line. */
  readonly wish: VirtualMacWish | undefined;
  /** The interface with a virtual MAC that it is on. */
  readonly virtualMac?: string | undefined;
  readonly span: Span;
}

/** What is written of an interface with a virtual MAC. */
export interface VirtualMacWish {
  /** Undefined: it gets a name when all instances are known. */
  readonly name: string | undefined;
  /** Undefined: the one of its VRID. */
  readonly mac: string | undefined;
  readonly span: Span;
}

/** An interface with a virtual MAC, above the interface `parent`. */
export interface VirtualMacInterface {
  readonly name: string;
  readonly parent: string;
  /** Undefined: the one of the VRID. */
  readonly mac: string | undefined;
  /** IPv6 addresses are on it. */
  readonly ipv6: boolean;
}

export interface GarpSettings {
  /** Second burst so long after the first; 0: none. */
  readonly delay: Duration;
  readonly repeat: number;
  /** Periodic refresh; 0: none. */
  readonly refresh: Duration;
  readonly refreshRepeat: number;
  /** After an advertisement of lower priority; undefined: as after becoming master. */
  readonly lowerPriority: { readonly delay: Duration; readonly repeat: number } | undefined;
}

export interface VrrpInstance {
  readonly name: string;
  readonly interface: string;
  readonly vrid: number;
  readonly priority: number;
  readonly version: 2 | 3;
  readonly family: 4 | 6;
  /** `state MASTER|BACKUP`: only a hint, as in keepalived. */
  readonly initialState: 'master' | 'backup';
  readonly adverInterval: Duration;
  readonly preempt: boolean;
  readonly preemptDelay: Duration;
  readonly authentication: { readonly type: 'none' } | { readonly type: 'PASS' | 'AH'; readonly password: string };
  readonly sourceAddress: IpAddress | undefined;
  readonly addresses: readonly VirtualAddress[];
  readonly excludedAddresses: readonly VirtualAddress[];
  /** Routes, then rules. */
  readonly routing: readonly ConfiguredRouting[];
  readonly garp: GarpSettings;
  readonly trackScripts: readonly {
    readonly script: string;
    readonly weight: number;
    readonly reverse: boolean;
  }[];
  readonly trackInterfaces: readonly {
    readonly interface: string;
    readonly weight: number;
    readonly reverse: boolean;
  }[];
  readonly trackFiles: readonly Tracking[];
  readonly trackProcesses: readonly Tracking[];
  readonly trackBfd: readonly Tracking[];
  /** Packets to its addresses are taken for this machine's own. */
  readonly accept: boolean;
  readonly skipCheckAdvAddr: boolean;
  /** Empty: multicast. */
  readonly unicastPeers: readonly UnicastPeer[];
  readonly unicastTtl: number;
  /** `auto`: either is believed; `old`: over the multicast group's pseudo-header; `new`: over the peer's alone. */
  readonly unicastChecksum: 'auto' | 'old' | 'new';
  readonly checkUnicastSource: boolean;
  readonly downTimerAdverts: number;
  readonly higherPrioSendAdvert: boolean;
  readonly lowerPrioNoAdvert: boolean;
  /** Its own interface guards it. */
  readonly trackPrimary: boolean;
  readonly strict: boolean;
  /** `use_vmac`: its own one first; empty: the addresses are on the interfaces themselves. */
  readonly virtualMacs: readonly VirtualMacInterface[];
  /** Advertisements leave with the virtual MAC, not the interface's own. */
  readonly sendsFromVirtualMac: boolean;
  readonly notify: NotifyScripts;
  readonly span: Span;
}
