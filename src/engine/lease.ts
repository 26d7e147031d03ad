/** Standby and pinned are leased: at the end the instance is active again, but takes nothing home by itself. */
import { after, isoTime, seconds } from '../base/time.ts';
import type { Cancel } from '../ports/clock.ts';
import type { ServiceHost } from '../ports/host.ts';
import type { Intents } from './intents.ts';
import type { Journal } from './journal.ts';
import type { RouterPort } from './routers.ts';

const LOOK_EVERY = seconds(1);

export function watchLeases(
  instances: readonly string[],
  intents: Intents,
  port: RouterPort,
  host: ServiceHost,
  journal: Journal,
): Cancel {
  let next: Cancel;
  const look = (): void => {
    for (const instance of instances) endIfDue(instance);
    next = host.alarms.at(after(host.clock.now(), LOOK_EVERY), look);
  };
  function endIfDue(instance: string): void {
    const intent = intents.instance(instance);
    if (!intent || intent.leaseEndsAt === null || intent.leaseEndsAt > host.clock.wall()) return;
    if (!intents.setInstance(instance, undefined).ok) return;
    port.send({ type: 'admin', instance, mode: 'active', holdPreempt: intent.admin === 'standby' });
    journal.write({
      at: isoTime(host.clock.wall()),
      severity: 'info',
      kind: 'operation',
      subject: instance,
      text: `the lease of ${intent.admin} has ended: active again${intent.admin === 'standby' ? ', and takes nothing back by itself' : ''}`,
    });
  }
  look();
  return () => next();
}
