/**
 * A new configuration of the same virtual router, in place: no election, no transition, no resignation. State and timers
 * go on; only what the change itself concerns is set anew. The addresses are the driver's part.
 */
import { after } from '../base/time.ts';
import { sayPriority } from './admin.ts';
import { shiftMasterDown } from './backup.ts';
import type { RouterConfig } from './config.ts';
import { effectivePriority } from './priority.ts';
import { masterDownInterval, masterInterval } from './timers.ts';
import { setTimer, stopTimers, type Turn } from './turn.ts';

/** `before`: what was in force until now; `turn.config` is what is in force from now on. */
export function reconfigured(turn: Turn, before: RouterConfig): void {
  const { config, state } = turn;
  sayPriority(turn, effectivePriority(before, state), 'the configuration was reloaded');
  const patience = before.downTimerAdverts !== config.downTimerAdverts;
  if (patience || before.adverInterval !== config.adverInterval) changeInterval(turn);
  else shiftSkew(turn, before);
  changeRefresh(turn, before);
}

/** The next advertisement is never later than either interval allows; the master is waited for anew, by the new one. */
function changeInterval(turn: Turn): void {
  const { config, at, state } = turn;
  const adver = state.timers.get('adver');
  const next = after(at, config.adverInterval);
  if (adver !== undefined && adver > next) setTimer(turn, 'adver', next);
  if (!state.timers.has('master-down')) return;
  setTimer(
    turn,
    'master-down',
    after(at, masterDownInterval(config, effectivePriority(config, state), masterInterval(config, state))),
  );
}

function shiftSkew(turn: Turn, before: RouterConfig): void {
  shiftMasterDown(turn, effectivePriority(before, turn.state));
}

function changeRefresh(turn: Turn, before: RouterConfig): void {
  const { refresh } = turn.config.garp;
  if (refresh === before.garp.refresh || turn.state.state !== 'master' || turn.state.push) return;
  if (refresh > 0) setTimer(turn, 'garp-refresh', after(turn.at, refresh));
  else stopTimers(turn, 'garp-refresh');
}
