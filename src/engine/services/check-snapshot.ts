/** One checker as the snapshot shows it. */
import { type Instant, isoTime, wallTime } from '../../base/time.ts';
import type { CheckerConfig } from '../../check/config.ts';
import { urlAt } from '../../check/request.ts';
import type { CheckerState } from '../../check/state.ts';
import type { CheckSnapshot } from '../../control/snapshot.ts';
import { hostPort } from '../../ipvs/types.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SharedCheck } from './check-pool.ts';

export function checkSnapshot({ config, state, shared }: SharedCheck, clock: Clock): CheckSnapshot {
  const now = state();
  const { last } = now;
  const at = (instant: Instant): string => isoTime(wallTime(clock.wall() + (instant - clock.now())));
  return {
    kind: config.kind,
    what: subjectOf(config, now),
    up: now.decided ? now.up : null,
    last: last
      ? { at: at(last.at), good: last.good, reason: last.reason, tookMs: last.took === undefined ? null : last.took }
      : null,
    nextRunAt: now.nextRun === undefined ? null : at(now.nextRun),
    retriesLeft: now.up ? now.retriesLeft : 0,
    sharedBy: shared(),
  };
}

function subjectOf(config: CheckerConfig, state: CheckerState): string {
  switch (config.kind) {
    case 'script':
      return config.argv.join(' ');
    case 'file':
      return config.path;
    case 'bfd':
      return `bfd ${config.session}`;
    case 'ping':
      return `ping ${config.address}`;
    case 'http':
      return `${config.tls ? 'https' : 'http'}://${hostPort(config)}${urlAt(config, state).path}`;
    case 'dns':
      return `dns ${hostPort(config)} ${config.name}`;
    default:
      return `${config.kind} ${hostPort(config)}`;
  }
}
