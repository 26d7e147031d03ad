/** What there is to say of a data plane whose maps are bounded: for `status`, `why` and the console. */
import type { DataPlaneUse } from './snapshot.ts';

/** From here on a service's map is worth a word. */
const NEARLY_FULL = 0.8;

export interface UseWords {
  /** `17 of 262144 flows`, the fullest service's. */
  readonly fullest: string;
  /** `not forwarded: 3 of no known connection`; empty: everything was. */
  readonly lost: string;
  /** The map is nearly full, or flows were dropped for want of room. */
  readonly alarming: boolean;
}

const LOST: readonly (readonly [keyof DataPlaneUse['notForwarded'], string])[] = [
  ['full', 'DROPPED since the map was full'],
  ['unknown', 'of no known connection'],
  ['unserved', 'with no server to take them'],
  ['removed', 'for a server that was removed'],
  ['fragments', 'fragments without their first'],
];

export function wordsOfUse({ flows, notForwarded }: DataPlaneUse): UseWords {
  const [fullest] = [...flows].sort((a, b) => b.flows / b.max - a.flows / a.max);
  const lost = LOST.flatMap(([kind, words]) => (notForwarded[kind] > 0 ? [`${notForwarded[kind]} ${words}`] : []));
  return {
    fullest: fullest ? `${fullest.flows} of ${fullest.max} flows in ${fullest.service}` : 'no service has flows',
    lost: lost.length > 0 ? `packets not forwarded: ${lost.join(', ')}` : '',
    alarming: notForwarded.full > 0 || (fullest !== undefined && fullest.flows > NEARLY_FULL * fullest.max),
  };
}
