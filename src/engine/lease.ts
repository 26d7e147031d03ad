/**
 * Standby and pinned are leased, maintenance may be. At the end the instance is active again; but for pinned it takes nothing home by itself,
 * which is an intent too: it survives a restart, and ends with a failback or when the instance becomes master.
 */
import { after, isoTime, seconds } from '../base/time.ts';
import type { Cancel } from '../ports/clock.ts';
import type { ServiceHost } from '../ports/host.ts';
import type { InstanceIntent, Intents } from './intents.ts';
import type { Journal } from './journal.ts';
import type { Routers } from './routers.ts';

const LOOK_EVERY = seconds(1);

export function watchLeases(
  instances: () => readonly string[],
  intents: Intents,
  routers: Routers,
  host: ServiceHost,
  journal: Journal,
): Cancel {
  let next: Cancel = () => {};
  const complained = new Set<string>();
  const isMaster = (instance: string): boolean =>
    routers.statuses().some(({ snapshot: { name, state } }) => name === instance && state === 'master');

  function look(): void {
    for (const instance of instances()) lookAt(instance);
    next = host.alarms.at(after(host.clock.now(), LOOK_EVERY), look);
  }

  function lookAt(instance: string): void {
    const intent = intents.instance(instance);
    if (!intent) return;
    if (intent.admin === 'active') {
      if (isMaster(instance)) store(instance, undefined);
    } else if (intent.leaseEndsAt !== null && intent.leaseEndsAt <= host.clock.wall()) end(instance, intent);
  }

  function end(instance: string, intent: InstanceIntent): void {
    const holdPreempt = intent.admin !== 'pinned' && !isMaster(instance);
    const held: InstanceIntent = { ...intent, admin: 'active', leaseEndsAt: null };
    if (!store(instance, holdPreempt ? held : undefined)) return;
    routers.port.send({ type: 'admin', instance, mode: 'active', holdPreempt });
    const rest = holdPreempt ? ', and takes nothing back by itself (hatop failback)' : '';
    write('info', instance, `the lease of ${intent.admin} has ended: active again${rest}`);
  }

  function store(instance: string, intent: InstanceIntent | undefined): boolean {
    const stored = intents.setInstance(instance, intent);
    if (stored.ok) complained.delete(instance);
    else if (!complained.has(instance)) {
      complained.add(instance);
      write('warning', instance, `a lease that has ended goes on for now: ${stored.error}`);
    }
    return stored.ok;
  }

  function write(severity: 'info' | 'warning', subject: string, text: string): void {
    journal.write({ at: isoTime(host.clock.wall()), severity, kind: 'operation', subject, text });
  }

  look();
  return () => next();
}
