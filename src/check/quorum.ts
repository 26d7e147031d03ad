/** Whether a virtual service has enough live servers, in keepalived's arithmetic: weights, with hysteresis both ways. */
export interface QuorumConfig {
  /** Sum of live weights needed, at least 1. */
  readonly quorum: number;
  /** 0…quorum − 1. */
  readonly hysteresis: number;
}

export interface QuorumDecision {
  readonly up: boolean;
  /** What changed; undefined: nothing. A service that starts without quorum has lost it. */
  readonly event: 'gained' | 'lost' | undefined;
  /** `live weight 1, 2 needed to keep the quorum`. */
  readonly reason: string;
}

/**
 * Lost when nothing is alive or less than quorum − hysteresis, gained again at quorum + hysteresis.
 * `before`: undefined at the start, when the quorum is presumed. `liveWeight`: the sum of the effective weights.
 */
export function judgeQuorum(config: QuorumConfig, before: boolean | undefined, liveWeight: number): QuorumDecision {
  const had = before ?? true;
  const needed = had ? config.quorum - config.hysteresis : config.quorum + config.hysteresis;
  const up = liveWeight > 0 && liveWeight >= needed;
  const event = up === had ? undefined : up ? 'gained' : 'lost';
  const purpose = had ? 'keep' : 'regain';
  return { up, event, reason: `live weight ${liveWeight}, ${Math.max(1, needed)} needed to ${purpose} the quorum` };
}

/** A quorum that all servers together could not reach is lowered to what they can. */
export const attainableQuorum = (config: QuorumConfig, totalWeight: number): QuorumConfig => {
  const quorum = Math.max(1, Math.min(config.quorum, totalWeight));
  return { quorum, hysteresis: Math.min(config.hysteresis, quorum - 1) };
};

/**
 * Who gets the new connections. `sorry-server`: the real servers leave the table first (see `besideSorryServer`), then
 * the sorry server enters it; on the way back it leaves first. Without a sorry server those that live go on alone.
 */
export type Front = 'real-servers' | 'sorry-server';
export const chooseFront = (quorumUp: boolean, hasSorryServer: boolean): Front =>
  quorumUp || !hasSorryServer ? 'real-servers' : 'sorry-server';
