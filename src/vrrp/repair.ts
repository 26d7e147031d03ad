/** Addresses that somebody else takes away from a master. */
import type { IpAddress } from '../base/ip.ts';
import { after, seconds } from '../base/time.ts';
import { reannounce } from './master.ts';
import type { NoteKind } from './state.ts';
import { emit, note, noteSometimes, setTimer, type Turn, update } from './turn.ts';

const WINDOW = seconds(10);
const TOO_OFTEN = 3;
const BACK_OFF = seconds(10);

/**
 * Put back at once, without an election. The third removal of the same address within 10 s means that somebody
 * manages this interface against us: fighting on would only make it flap.
 */
export function addressRemoved(turn: Turn, address: IpAddress): void {
  if (turn.state.state !== 'master' || turn.state.timers.has('repair')) return;
  const recent = turn.state.removals.filter((removal) => turn.at - removal.at <= WINDOW);
  const removals = [...recent, { address, at: turn.at }];
  update(turn, { removals });
  if (removals.filter((removal) => removal.address === address).length < TOO_OFTEN) {
    note(turn, 'warning', `${address} was removed by somebody else; put back`);
    putBack(turn);
    return;
  }
  setTimer(turn, 'repair', after(turn.at, BACK_OFF));
  note(
    turn,
    'warning',
    `${address} was removed by somebody else ${TOO_OFTEN} times in 10 s; tried again in 10 s. Usually NetworkManager or ` +
      `systemd-networkd manages ${turn.config.interface}: tell it to leave the interface's addresses alone`,
  );
}

export function repairDue(turn: Turn): void {
  update(turn, { removals: [] });
  putBack(turn);
}

function putBack(turn: Turn): void {
  emit(turn, { type: 'add-addresses' });
  reannounce(turn);
}

const GARP_FAILURE = { kind: 'garp-failed', text: 'cannot send gratuitous ARP' } as const;
const FAILURES: Record<string, { readonly kind: NoteKind; readonly text: string }> = {
  'send-advert': { kind: 'send-failed', text: 'cannot send advertisements' },
  'add-addresses': { kind: 'add-failed', text: 'cannot add the virtual addresses, next try in 10 s' },
  'remove-addresses': { kind: 'remove-failed', text: 'cannot remove the virtual addresses' },
  'gratuitous-arp': GARP_FAILURE,
};

/** Mastership is kept: the peer may be no better off. What can be tried again is tried again. */
export function effectFailed(turn: Turn, effect: string, reason: string): void {
  const failure = FAILURES[effect] ?? GARP_FAILURE;
  if (effect === 'add-addresses' && turn.state.state === 'master') {
    setTimer(turn, 'repair', after(turn.at, BACK_OFF));
  }
  noteSometimes(turn, failure.kind, `${failure.text}: ${reason}`);
}
