/** Addresses, routes and rules that somebody else takes away from a master. */
import type { IpAddress } from '../base/ip.ts';
import { after, seconds } from '../base/time.ts';
import { reannounce } from './master.ts';
import type { NoteKind } from './state.ts';
import { emit, note, noteSometimes, setTimer, type Turn, takeAll, update } from './turn.ts';

type RepairTimer = 'repair' | 'repair-routing';

const WINDOW = seconds(10);
const TOO_OFTEN = 3;
const BACK_OFF = seconds(10);

/**
 * Put back at once, without an election. The third removal of the same address within 10 s means that somebody
 * manages this interface against us: fighting on would only make it flap.
 */
export function addressRemoved(turn: Turn, address: IpAddress): void {
  const advice = `tell it to leave the interface's addresses alone`;
  if (mayPutBack(turn, 'repair', address, advice)) putBack(turn);
}

/** The same for routes and rules; what others have learned of the addresses is not touched by it. */
export function routingRemoved(turn: Turn, what: readonly string[]): void {
  const advice = 'tell it to leave routes and rules of other programs alone';
  const back = what.filter((one) => mayPutBack(turn, 'repair-routing', one, advice));
  if (back.length > 0) emit(turn, { type: 'add-routing' });
}

function mayPutBack(turn: Turn, timer: RepairTimer, what: string, advice: string): boolean {
  if (turn.state.state !== 'master') return false;
  const recent = turn.state.removals.filter((removal) => turn.at - removal.at <= WINDOW);
  const removals = [...recent, { what, at: turn.at }];
  const often = removals.filter((removal) => removal.what === what).length >= TOO_OFTEN;
  // A route may wait there for another reason, a gateway out of reach: that keeps no other from being put back.
  if (turn.state.timers.has(timer) && (often || timer === 'repair')) return false;
  update(turn, { removals });
  if (!often) {
    note(turn, 'warning', `${what} was removed by somebody else; put back`);
    return true;
  }
  setTimer(turn, timer, after(turn.at, BACK_OFF));
  note(
    turn,
    'warning',
    `${what} was removed by somebody else ${TOO_OFTEN} times in 10 s; tried again in 10 s. Usually NetworkManager or ` +
      `systemd-networkd manages ${turn.config.interface}: ${advice}`,
  );
  return false;
}

export function repairDue(turn: Turn): void {
  update(turn, { removals: [] });
  putBack(turn);
}

export function repairRoutingDue(turn: Turn): void {
  update(turn, { removals: [] });
  emit(turn, { type: 'add-routing' });
}

function putBack(turn: Turn): void {
  takeAll(turn);
  reannounce(turn);
}

const GARP_FAILURE = { kind: 'garp-failed', text: 'cannot send gratuitous ARP' } as const;
const FAILURES: Record<string, { readonly kind: NoteKind; readonly text: string }> = {
  'send-advert': { kind: 'send-failed', text: 'cannot send advertisements' },
  'add-addresses': { kind: 'add-failed', text: 'cannot add the virtual addresses, next try in 10 s' },
  'remove-addresses': { kind: 'remove-failed', text: 'cannot remove the virtual addresses' },
  'add-routing': { kind: 'routing-failed', text: 'cannot add the virtual routes and rules, next try in 10 s' },
  'remove-routing': { kind: 'routing-failed', text: 'cannot remove the virtual routes and rules' },
  'gratuitous-arp': GARP_FAILURE,
};

const AGAIN: Record<string, RepairTimer> = { 'add-addresses': 'repair', 'add-routing': 'repair-routing' };

/** Mastership is kept: the peer may be no better off. What can be tried again is tried again. */
export function effectFailed(turn: Turn, effect: string, reason: string): void {
  const failure = FAILURES[effect] ?? GARP_FAILURE;
  const again = AGAIN[effect];
  if (again && turn.state.state === 'master') setTimer(turn, again, after(turn.at, BACK_OFF));
  noteSometimes(turn, failure.kind, `${failure.text}: ${reason}`);
}
