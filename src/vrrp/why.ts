/** One sentence for the operator: what it is, why, and what would change it, with the seconds. */
import { elapsed, type Instant } from '../base/time.ts';
import type { RouterConfig } from './config.ts';
import type { TimerName } from './event.ts';
import { effectivePriority, mayPreempt, OWNER, RESIGNED } from './priority.ts';
import type { RouterState } from './state.ts';
import { readyToServe } from './sync-member.ts';
import { masterDownInterval } from './timers.ts';
import { span } from './words.ts';

export function describeWhy(config: RouterConfig, state: RouterState, now: Instant): string {
  const { name } = config;
  const until = (timer: TimerName): string => span(elapsed(now, state.timers.get(timer) ?? now));
  switch (state.state) {
    case 'initialize':
      return state.started
        ? `${name} is in maintenance: out of the election, its addresses are forbidden here until it is activated.`
        : `${name} is ${state.reason}.`;
    case 'fault':
      return `${name} is in fault because ${state.reason}; ${afterFault(config, state)}.`;
    case 'backup':
      return `${name} is backup${mode(state)} because ${whyBackup(config, state, until('master-down'), now)}.`;
    case 'master':
      if (state.push) {
        const silent = span(elapsed(state.push.startedAt, now));
        if (state.push.immediate) {
          return (
            `${name} is handing over at once: it resigned and gave its addresses up ${silent} ago; takes them back in ` +
            `${until('push-deadline')} if nobody comes.`
          );
        }
        return (
          `${name} is handing over: it resigned ${silent} ago and serves in silence until a successor is heard; ` +
          `resumes in ${until('push-deadline')} if nobody comes.`
        );
      }
      return (
        `${name} is master${mode(state)} for ${span(elapsed(state.since, now))}, because ${state.reason}; ` +
        `yields to an advertisement above priority ${effectivePriority(config, state)}, advertises next in ` +
        `${until('adver')}.`
      );
  }
}

function mode({ admin, boost }: RouterState): string {
  const words = [...(admin === 'active' ? [] : [admin]), ...(boost ? ['chosen as successor'] : [])];
  return words.length > 0 ? ` (${words.join(', ')})` : '';
}

function afterFault(config: RouterConfig, state: RouterState): string {
  const priority = effectivePriority(config, state);
  if (priority === OWNER) return 'becomes master when that clears';
  const wait = span(masterDownInterval(config, priority));
  return `becomes backup when that clears, and master ${wait} later if nobody else is`;
}

function whyBackup(config: RouterConfig, state: RouterState, left: string, now: Instant): string {
  const { master } = state;
  const ours = effectivePriority(config, state);
  if (config.syncGroup !== undefined && readyToServe(state)) {
    return `its sync group ${config.syncGroup} is; ready to become master, and does so when every other member is ready`;
  }
  if (!master) return `no master has been heard yet; becomes master in ${left} if nobody is heard`;
  if (master.priority === RESIGNED) {
    return `${master.address} has just resigned (priority 0); becomes master in ${left} unless another does first`;
  }
  const theirs = `${master.address} advertises priority ${master.priority} (ours ${ours})`;
  if (master.priority >= ours) return `${theirs}; becomes master in ${left} if nothing more is heard`;
  if (mayPreempt(config, state) && state.preemptAt !== undefined && state.preemptAt > now) {
    return `${theirs}, but preempt_delay lets it be for another ${span(elapsed(now, state.preemptAt))}`;
  }
  if (mayPreempt(config, state)) return `${theirs} and its turn is not over yet; preempts it in ${left}`;
  const held = state.preemptHeld ? 'preemption is held until a failback' : 'nopreempt lets a living master be';
  return `${theirs}, but ${held}; becomes master in ${left} if nothing more is heard`;
}
