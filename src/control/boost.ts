/** What the master's hatop asks of its chosen successor's, over the link between them (an aimed push). */
export interface BoostRequest {
  /** The host that asks, for the journal. */
  from: string;
  /** All of them or none: a sync group moves as one. */
  instances: InstanceKey[];
  /** How long to wait for the push; ms. */
  withinMs: number;
  /** How long the successor stays pinned; ms. */
  leaseMs: number;
  reason?: string | undefined;
}

/** What a virtual router is called on the wire; the name only where several are called so. */
export interface InstanceKey {
  name: string;
  vrid: number;
  family: 4 | 6;
}

export interface BoostAnswer {
  /** Of the operation that waits there for the push. */
  id: string;
  /** In the request's order: what it is called there, where its adverts will come from, and whom it hears as master. */
  instances: { name: string; address: string | null; hears: string | null }[];
}

/** The two questions that only another hatop asks. */
export interface PeerCalls {
  /** Resolves when all of them take part with priority 254; rejects with EngineError 18 where one cannot. */
  boost(request: BoostRequest): Promise<BoostAnswer>;
  /** The push does not come, or its successor was not heard: as before, also where it is master by now. */
  release(id: string): Promise<void>;
}
