import type { RouterEffect } from '../../src/vrrp/effect.ts';
import type { RouterEvent } from '../../src/vrrp/event.ts';

/**
 * The conversation as text. A turn that repeats itself (the master's adverts, the backups' re-armed timers) is written
 * once; the further ones are counted, and the last of them is shown when something else happens.
 */
export interface Transcript {
  turn(at: number, router: string, cause: string, effects: readonly RouterEffect[]): void;
  line(at: number, who: string, text: string): void;
  text(): string;
}

export function createTranscript(): Transcript {
  const lines: string[] = [];
  /** Since the last line that was no routine. */
  const routine = new Map<string, { more: number; at: number; last: string }>();

  const flush = (): void => {
    for (const { more, last } of [...routine.values()].sort((a, b) => a.at - b.at)) {
      if (more > 0) lines.push(more === 1 ? last : `${last}  (and ${more - 1} before)`);
    }
    routine.clear();
  };

  return {
    turn(at, router, cause, effects) {
      const phrases = effects.map(phrase);
      const timersOnly = effects.every((effect) => effect.type === 'set-timer' || effect.type === 'send-advert');
      if (timersOnly) {
        const text = [cause, ...phrases].join('; ');
        const key = `${router} ${cause} ${effects.map((e) => (e.type === 'send-advert' ? e.priority : e.type))}`;
        const known = routine.get(key);
        if (known) {
          routine.set(key, { more: known.more + 1, at, last: `${stamp(at, router)}${text}` });
          return;
        }
        lines.push(`${stamp(at, router)}${text}`);
        routine.set(key, { more: 0, at, last: '' });
        return;
      }
      flush();
      lines.push(`${stamp(at, router)}${cause}`, ...phrases.map((text) => `${' '.repeat(13)}${text}`));
    },
    line(at, who, text) {
      flush();
      lines.push(`${stamp(at, who)}${text}`);
    },
    text() {
      flush();
      return `${lines.join('\n')}\n`;
    },
  };
}

export const clock = (ms: number): string => (ms / 1000).toFixed(3);

function stamp(at: number, who: string): string {
  return `${clock(at).padStart(8)} ${who.padEnd(3)} `;
}

export function causeOf(event: RouterEvent): string {
  switch (event.type) {
    case 'timer':
      return `${event.timer} fires`;
    case 'advert':
      return `hears ${event.priority} from ${event.source}`;
    case 'claim':
      return `hears ${event.priority} from ${event.source}, which it does not believe`;
    case 'fault':
      return `fault: ${event.reason}`;
    case 'fault-cleared':
      return `no fault: ${event.source}`;
    case 'priority-term':
      return `term ${event.value}: ${event.source}`;
    case 'address-removed':
      return `somebody removes ${event.address}`;
    case 'push':
      return `push ${event.id}`;
    case 'take-over':
      return `take over${event.pinned ? ' pinned' : ''} ${event.id}`;
    case 'admin':
      return `admin ${event.mode}${event.holdPreempt ? ', preemption held' : ''}`;
    default:
      return event.type;
  }
}

function phrase(effect: RouterEffect): string {
  switch (effect.type) {
    case 'send-advert':
      return `sends ${effect.priority}`;
    case 'add-addresses':
      return 'adds the addresses';
    case 'remove-addresses':
      return 'removes the addresses';
    case 'add-routing':
      return 'adds the routes and rules';
    case 'remove-routing':
      return 'removes the routes and rules';
    case 'gratuitous-arp':
      return `gratuitous ARP, ${effect.rounds} rounds`;
    case 'set-timer':
      return `${effect.timer} → ${clock(effect.deadline)}`;
    case 'stop-timer':
      return `${effect.timer} stops`;
    case 'transition':
      return `${effect.from.toUpperCase()} → ${effect.to.toUpperCase()}: ${effect.reason}`;
    case 'priority-changed':
      return `priority ${effect.from} → ${effect.to}: ${effect.reason}`;
    case 'note':
      return `${effect.severity}: ${effect.text}`;
    case 'operation':
      return `operation ${effect.id}: ${outcome(effect)}`;
  }
}

function outcome({ outcome: o }: Extract<RouterEffect, { type: 'operation' }>): string {
  switch (o.kind) {
    case 'handed-over':
      return `handed over to ${o.successor} in ${clock(o.took)} s`;
    case 'rolled-back':
      return `rolled back after ${clock(o.waited)} s`;
    case 'took-over':
      return 'took over';
    default:
      return `${o.kind}: ${o.reason}`;
  }
}
