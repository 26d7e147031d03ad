import type { Random } from './random.ts';

/** What goes wrong between the owners of a LAN's stations, told by name and by direction. */
export interface Disturbance {
  /** What `from` sends no longer reaches `to`; the other direction is untouched. */
  cut(from: string, to: string): void;
  /** Owners in different groups no longer hear each other; whoever is in none of them hears all. */
  partition(...groups: readonly (readonly string[])[]): void;
  /** Ends every cut. */
  heal(): void;
  /** The probability (0 to 1) of losing a transmission, for all or for one direction; the last word wins. */
  setLoss(rate: number, direction?: { readonly from?: string; readonly to?: string }): void;
}

interface Loss {
  readonly rate: number;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

export function createDisturbance(random: Random): Disturbance & {
  /** Decides the fate of one transmission. */
  spoil(from: string, to: string): 'cut' | 'loss' | undefined;
} {
  const cuts = new Set<string>();
  let losses: Loss[] = [];

  const pair = (from: string, to: string): string => `${from}\n${to}`;
  const lossBetween = (from: string, to: string): number =>
    losses.findLast((loss) => (loss.from ?? from) === from && (loss.to ?? to) === to)?.rate ?? 0;
  const cut = (from: string, to: string): void => {
    cuts.add(pair(from, to));
  };

  return {
    cut,
    partition(...groups) {
      for (const group of groups) {
        for (const other of groups) {
          if (group === other) continue;
          for (const from of group) for (const to of other) cut(from, to);
        }
      }
    },
    heal() {
      cuts.clear();
    },
    setLoss(rate, direction = {}) {
      const { from, to } = direction;
      losses = [...losses.filter((loss) => loss.from !== from || loss.to !== to), { rate, from, to }];
    },
    spoil(from, to) {
      if (cuts.has(pair(from, to))) return 'cut';
      const rate = lossBetween(from, to);
      // No draw where nothing can be lost: a world without losses stays the same whatever else draws.
      return rate > 0 && random() < rate ? 'loss' : undefined;
    },
  };
}
