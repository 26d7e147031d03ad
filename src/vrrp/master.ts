/** RFC 3768 §6.4.3: what a master does with its timers and with the advertisements of others. */
import type { IpAddress } from '../base/ip.ts';
import { after, type Duration, elapsed, type Instant, seconds } from '../base/time.ts';
import { compareClaims } from './election.ts';
import { effectivePriority, OWNER, RESIGNED } from './priority.ts';
import { masterDownInterval, nextDeadline } from './timers.ts';
import { announceAgainLater, becomeBackup, type GarpBurst, leave } from './transitions.ts';
import { announce, emit, note, noteSometimes, setTimer, type Turn, update } from './turn.ts';
import { span } from './words.ts';

export function adverDue(turn: Turn, deadline: Instant): void {
  const { config, at } = turn;
  const ours = effectivePriority(config, turn.state);
  const late = elapsed(deadline, at);
  emit(turn, { type: 'send-advert', priority: ours });
  setTimer(turn, 'adver', nextDeadline(deadline, config.adverInterval, at));
  if (late <= masterDownInterval(config, ours)) return;
  // A backup has had the time to take over while we stood still: what it announced must be announced back.
  answerRival(turn);
  note(turn, 'warning', `stood still for ${span(late)}, longer than the master-down time; still master`);
}

export function garpDue(turn: Turn): void {
  const { garpRounds, garpThen } = turn.state;
  update(turn, { reannouncedAt: turn.at, garpThen: undefined });
  announce(turn, garpRounds ?? turn.config.garp.repeat);
  if (garpThen) announceAgainLater(turn, garpThen);
}

export function garpRefreshDue(turn: Turn, deadline: Instant): void {
  const { refresh, refreshRepeat } = turn.config.garp;
  announce(turn, refreshRepeat);
  setTimer(turn, 'garp-refresh', nextDeadline(deadline, refresh, turn.at));
}

export function hearAsMaster(turn: Turn, source: IpAddress, priority: number, adverInterval?: Duration): void {
  const { config, at } = turn;
  const ours = effectivePriority(config, turn.state);
  if (priority === RESIGNED) {
    emit(turn, { type: 'send-advert', priority: ours });
    setTimer(turn, 'adver', after(at, config.adverInterval));
    return;
  }
  const order = compareClaims({ priority, address: source }, { priority: ours, address: turn.state.primary });
  if (order > 0) yieldTo(turn, { source, priority, adverInterval }, ours);
  else if (order < 0) assert(turn, source, priority, ours);
  else noteSometimes(turn, 'own-address', `another host advertises priority ${priority} from our address ${source}`);
}

interface Rival {
  readonly source: IpAddress;
  readonly priority: number;
  readonly adverInterval: Duration | undefined;
}

/** No priority 0: whoever we yield to is master already. */
function yieldTo(turn: Turn, { source, priority, adverInterval }: Rival, ours: number): void {
  if (turn.config.higherPrioSendAdvert) emit(turn, { type: 'send-advert', priority: ours });
  const reason =
    priority > ours
      ? `${source} advertises priority ${priority}, ours ${ours}`
      : `${source} advertises the same priority ${priority} from a higher address than ours ${turn.state.primary}`;
  leave(turn, 'yield', reason);
  update(turn, { master: { address: source, priority, heardAt: turn.at, adverInterval } });
  becomeBackup(turn, reason);
}

/**
 * RFC 9568 §6.4.3 answers with an advertisement at once (RFC 3768 only discards). The rival has announced the addresses
 * as its own, so the hosts need to hear us again, now and later: losing a split brain needs gratuitous ARP too.
 */
function assert(turn: Turn, source: IpAddress, priority: number, ours: number): void {
  const overdue = elapsed(turn.state.timers.get('adver') ?? turn.at, turn.at);
  // We stood still, and this waited meanwhile, perhaps with hundreds more: the adver timer, due now, answers them all.
  if (overdue > masterDownInterval(turn.config, ours)) return;
  if (!turn.config.lowerPrioNoAdvert) emit(turn, { type: 'send-advert', priority: ours });
  answerRival(turn, turn.config.garp.lowerPriority);
  noteSometimes(turn, 'rival', `${source} advertises priority ${priority} while we are master with ${ours}`);
}

/** An owner does not take part in elections (RFC 3768 §7.1), but hosts that followed the rival must come back. */
export function claimAgainstMaster(turn: Turn, source: IpAddress, priority: number): void {
  if (priority === RESIGNED || effectivePriority(turn.config, turn.state) !== OWNER) return;
  answerRival(turn);
  noteSometimes(turn, 'rival', `${source} advertises priority ${priority} while we are the address owner`);
}

/**
 * Rivals of hundreds of instances, each heard ten times a second, must not make as many bursts: they would keep us from
 * our own advertisements, and so the rivals from yielding. What is left out comes at the end of the second, and again after
 * its delay.
 */
const BURST_EVERY = seconds(1);

function answerRival(turn: Turn, burst: GarpBurst = turn.config.garp): void {
  const next = turn.state.reannouncedAt === undefined ? turn.at : after(turn.state.reannouncedAt, BURST_EVERY);
  if (next <= turn.at) return reannounce(turn, burst);
  if (burst.repeat <= 0) return;
  update(turn, { garpRounds: burst.repeat, garpThen: burst });
  setTimer(turn, 'garp-delay', next);
}

/** Now, and again after its delay. */
export function reannounce(turn: Turn, burst: GarpBurst = turn.config.garp): void {
  update(turn, { reannouncedAt: turn.at });
  announce(turn, burst.repeat);
  announceAgainLater(turn, burst);
}
