/** What the routers' thread says of the BFD sessions, for the checkers that ask here. */
import type { SessionProbeResult, SessionRequest } from '../../check/probe.ts';
import type { Alarms, Cancel, Clock } from '../../ports/clock.ts';
import type { SessionVerdict } from './messages.ts';

export interface SessionVerdicts {
  heard(verdict: SessionVerdict): void;
  /** `done` is called once, as soon as the session is not what was seen of it; never from within the call. */
  ask(request: SessionRequest, done: (result: SessionProbeResult) => void): Cancel;
}

export function createSessionVerdicts(clock: Clock, alarms: Alarms): SessionVerdicts {
  const last = new Map<string, SessionVerdict>();
  const waiting = new Set<{ readonly request: SessionRequest; readonly done: (result: SessionProbeResult) => void }>();

  const answer = ({ usable, reason }: SessionVerdict): SessionProbeResult => ({
    kind: 'session',
    up: usable,
    detail: reason,
  });

  return {
    heard(verdict) {
      last.set(verdict.session, verdict);
      for (const one of [...waiting]) {
        if (one.request.session !== verdict.session || one.request.seen === verdict.usable) continue;
        waiting.delete(one);
        one.done(answer(verdict));
      }
    },
    ask(request, done) {
      const known = last.get(request.session);
      if (known && known.usable !== request.seen) return alarms.at(clock.now(), () => done(answer(known)));
      const one = { request, done };
      waiting.add(one);
      return () => void waiting.delete(one);
    },
  };
}
