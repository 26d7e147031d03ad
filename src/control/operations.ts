/** What an operator can ask for, what the engine would do about it, and what came of it. */
export type Verb =
  | 'failover'
  | 'failback'
  | 'standby'
  | 'activate'
  | 'maintenance'
  | 'pin'
  | 'unpin'
  | 'force-master'
  | 'drain'
  | 'enable'
  | 'offline'
  | 'kick'
  | 'weight'
  | 'reload';

export interface OperationRequest {
  verb: Verb;
  /** An instance's or group's name; for drain, enable and weight a real server: ADDRESS, ADDRESS:PORT, unique prefix; for reload nothing of meaning. */
  target: string;
  /** Only in this service (`ADDRESS:PORT/tcp`); absent: in all that have the real server. */
  service?: string | undefined;
  /** weight: `3`, `50%`, `+10`, `=` (as configured). */
  value?: string | undefined;
  /** failover: who shall take over, a peer's name or an address; absent: the highest backup does. */
  to?: string | undefined;
  /** failover: priority 0 and the addresses go at once. */
  immediate?: boolean | undefined;
  /** maintenance: also where no other live node is known. */
  force?: boolean | undefined;
  /** drain: expire persistence too. */
  hard?: boolean | undefined;
  /** drain, offline: after so long, `onTimeout` says what becomes of connections that are left: `keep` is the default. */
  timeoutMs?: number | undefined;
  onTimeout?: 'keep' | 'force' | undefined;
  leaseMs?: number | undefined;
  reason?: string | undefined;
  /** Go on over WARN and UNKNOWN lines; BLOCK is never overridden. */
  yes?: boolean | undefined;
}

export interface PreflightCheck {
  level: 'PASS' | 'WARN' | 'BLOCK' | 'UNKNOWN';
  text: string;
  /** What would make it PASS. */
  remedy: string | null;
}

export interface Plan {
  verb: Verb;
  target: string;
  /** One line: "Fail over VI_1 to 10.0.0.2 by silent push". */
  title: string;
  /** The command line that does the same. */
  command: string;
  checks: PreflightCheck[];
  /** Exact adverts, address changes and weights, in order. */
  steps: string[];
  /** Null: cannot be known. `gapMs` is what a client would notice. */
  predicted: { takeOverMs: number | null; gapMs: number | null };
  /** console.md's confirmation tiers. */
  tier: 1 | 2 | 3;
  blocked: boolean;
}

export type ResultWord = 'OK' | 'OK_WITH_WARNINGS' | 'ROLLED_BACK' | 'INCOMPLETE' | 'REFUSED';

export interface OperationResult {
  id: string;
  verb: Verb;
  target: string;
  result: ResultWord;
  /** One or two sentences for the operator. */
  text: string;
  predicted: { takeOverMs: number | null; gapMs: number | null };
  /** By an observer of the wire that knows nothing of the state machine; null where there was nothing to observe. */
  measured: { takeOverMs: number | null; gapMs: number | null; noiseMs: number | null };
  /** Who claimed which instance after a push: the address of its adverts. */
  successors?: Record<string, string>;
  startedAt: string;
  endedAt: string;
}
