import { elapsed, type Instant, isoTime, seconds } from '../../base/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { RouterReport } from './messages.ts';

/** More than this nobody reads; a flood on the wire must not become one in the engine, at the socket, on the screen. */
const SHOWN_A_SECOND = 200;
const WINDOW = seconds(1);

type AdvertReport = Extract<RouterReport, { type: 'advert' }>;

/**
 * Hands adverts on, but no more than so many a second; of the others not even the report is made. That some were left out
 * is told in the journal once, when it begins.
 */
export function limitAdverts(
  clock: Clock,
  report: (report: RouterReport) => void,
  which: 'received' | 'sent',
): (make: () => AdvertReport) => void {
  let windowStart: Instant | undefined;
  let seen = 0;
  let told = false;

  function tellLeftOut(): void {
    told = true;
    const text = `${seen} advertisements ${which} in a second: only ${SHOWN_A_SECOND} a second are shown, all are counted`;
    const at = isoTime(clock.wall());
    const severity = which === 'sent' ? 'info' : 'warning';
    report({ type: 'journal', entry: { at, severity, kind: 'engine', subject: '', text } });
  }

  return (make) => {
    const now = clock.now();
    if (windowStart === undefined || elapsed(windowStart, now) >= WINDOW) {
      if (seen <= SHOWN_A_SECOND) told = false;
      else if (!told) tellLeftOut();
      windowStart = now;
      seen = 0;
    }
    seen += 1;
    if (seen <= SHOWN_A_SECOND) report(make());
  };
}
