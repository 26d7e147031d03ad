import type { IpAddress } from '../base/ip.ts';

/** What a scheduler looks at. */
export interface Candidate {
  readonly weight: number;
  readonly activeConnections: number;
  readonly inactiveConnections: number;
}

export interface Scheduler {
  /** The candidate for one new connection; undefined where none has weight. */
  pick<C extends Candidate>(candidates: readonly C[], client: IpAddress): C | undefined;
  /** A destination came, went or changed: round robin starts over. */
  changed(): void;
}

/** The schedulers of the kernel by name. Those that depend on what the simulator has not (a cache's locality, connection
 * thresholds) share by least connections. Undefined: there is none of that name. */
export function createScheduler(name: string): Scheduler | undefined {
  return SCHEDULERS[name]?.();
}

const SCHEDULERS: Readonly<Record<string, () => Scheduler>> = {
  rr: roundRobin,
  wrr: weightedRoundRobin,
  lc: () => least((c) => load(c)),
  wlc: () => least((c) => load(c) / c.weight),
  sed: () => least((c) => (c.activeConnections + 1) / c.weight),
  nq: () => least((c) => (c.activeConnections === 0 ? 0 : (c.activeConnections + 1) / c.weight)),
  fo: () => least((c) => -c.weight),
  sh: byClient,
  dh: byClient,
  mh: byClient,
  lblc: () => least((c) => load(c) / c.weight),
  lblcr: () => least((c) => load(c) / c.weight),
  ovf: () => least((c) => -c.weight),
  twos: () => least((c) => load(c) / c.weight),
};

/** An active connection weighs as much as 256 inactive ones. */
const load = (c: Candidate): number => c.activeConnections * 256 + c.inactiveConnections;

function roundRobin(): Scheduler {
  let last = -1;
  return {
    pick(candidates) {
      for (let step = 1; step <= candidates.length; step++) {
        const at = (last + step) % candidates.length;
        const candidate = candidates[at];
        if (!candidate || candidate.weight === 0) continue;
        last = at;
        return candidate;
      }
      return undefined;
    },
    changed() {
      last = -1;
    },
  };
}

/** Interleaved: the threshold falls from the largest weight by the common divisor, once a round. */
function weightedRoundRobin(): Scheduler {
  let last = -1;
  let threshold = 0;
  return {
    pick(candidates) {
      const largest = Math.max(0, ...candidates.map((c) => c.weight));
      if (largest === 0) return undefined;
      const step = candidates.map((c) => c.weight).reduce(commonDivisor, 0);
      for (;;) {
        last = (last + 1) % candidates.length;
        if (last === 0) {
          threshold -= step;
          if (threshold <= 0) threshold = largest;
        }
        const candidate = candidates[last];
        if (candidate && candidate.weight >= threshold) return candidate;
      }
    },
    changed() {
      last = -1;
      threshold = 0;
    },
  };
}

function least(cost: (candidate: Candidate) => number): Scheduler {
  return {
    pick(candidates) {
      let best: (typeof candidates)[number] | undefined;
      for (const candidate of candidates) {
        if (candidate.weight > 0 && (!best || cost(candidate) < cost(best))) best = candidate;
      }
      return best;
    },
    changed() {},
  };
}

function byClient(): Scheduler {
  return {
    pick(candidates, client) {
      const able = candidates.filter((candidate) => candidate.weight > 0);
      let hash = 0;
      for (const character of client) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0;
      return able[hash % Math.max(1, able.length)];
    },
    changed() {},
  };
}

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));
