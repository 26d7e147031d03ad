import { elapsed, type Instant, isoTime, seconds } from '../../base/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { RouterReport } from './messages.ts';

/** More than this nobody reads; a flood on the wire must not become one in the engine, at the socket, on the screen. */
const SHOWN_A_SECOND = 200;
const WINDOW = seconds(1);

/** Hands reports on, but no more than so many adverts a second. What was left out is told once, in the journal. */
export function limitAdverts(clock: Clock, report: (report: RouterReport) => void): (report: RouterReport) => void {
  let windowStart: Instant | undefined;
  let seen = 0;

  function tellLeftOut(): void {
    const text = `${seen} advertisements in a second: only ${SHOWN_A_SECOND} of them are shown, all are counted`;
    const at = isoTime(clock.wall());
    report({ type: 'journal', entry: { at, severity: 'warning', kind: 'engine', subject: '', text } });
  }

  return (message) => {
    if (message.type !== 'advert') return report(message);
    const now = clock.now();
    if (windowStart === undefined || elapsed(windowStart, now) >= WINDOW) {
      if (seen > SHOWN_A_SECOND) tellLeftOut();
      windowStart = now;
      seen = 0;
    }
    seen += 1;
    if (seen <= SHOWN_A_SECOND) report(message);
  };
}
