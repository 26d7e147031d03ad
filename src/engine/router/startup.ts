/** `vrrp_startup_delay`: the link, and who serves on it, get time to settle after a boot. */
import { after, type Duration, isoTime } from '../../base/time.ts';
import type { Cancel } from '../../ports/clock.ts';
import type { VrrpHost } from '../../ports/host.ts';
import type { RouterReport } from './messages.ts';

/** Tells so, and calls `begin` when the delay is over. */
export function startLater(
  delay: Duration,
  host: VrrpHost,
  report: (report: RouterReport) => void,
  begin: () => void,
): Cancel {
  const text = `takes no part for ${delay / 1000} s: vrrp_startup_delay`;
  const at = isoTime(host.clock.wall());
  report({ type: 'journal', entry: { at, severity: 'info', kind: 'engine', subject: '', text } });
  return host.alarms.at(after(host.clock.now(), delay), begin);
}
