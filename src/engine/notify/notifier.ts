/** Tells scripts and FIFOs of what changes: instances, sync groups, real servers, virtual services. */
import type { Configuration, RealServer, VirtualServer } from '../../conf/model.ts';
import type { NotifyCommand, NotifyScripts } from '../../conf/notify-model.ts';
import { hostPort } from '../../ipvs/types.ts';
import type { ServiceHost } from '../../ports/host.ts';
import { virtualServerName } from '../assemble.ts';
import {
  groupState,
  type NotifyState,
  notifyArguments,
  type RouterKind,
  routerLine,
  serverLine,
  serviceLine,
  stateAfter,
} from './announce.ts';
import { createOutlets } from './outlets.ts';
import { createNotifyRunner } from './runner.ts';

export interface Notifier {
  /** Opens the FIFOs that the configuration has now, and starts what reads them. At start, and after a reload. */
  follow(): void;
  /** A transition of an instance, in the journal's words. */
  transition(instance: string, text: string): void;
  server(service: VirtualServer, server: RealServer, up: boolean): void;
  service(service: VirtualServer, up: boolean): void;
  /** STOP for every instance and group that was told of; waits a second at most for their scripts and the FIFOs' readers. */
  stop(): Promise<void>;
}

export function createNotifier(
  host: ServiceHost,
  configuration: () => Configuration,
  /** The effective one; undefined before the first status. */
  priority: (instance: string) => number | undefined,
  complain: (subject: string, text: string) => void,
): Notifier {
  const runner = createNotifyRunner(host, () => configuration().global, complain);
  const states = new Map<string, NotifyState>();
  const groups = new Map<string, NotifyState>();
  const outlets = createOutlets(host, () => configuration().global, complain);

  function tellRouter(kind: RouterKind, name: string, state: NotifyState, scripts: NotifyScripts, value: number): void {
    const own: Record<NotifyState, NotifyCommand | undefined> = {
      MASTER: scripts.master,
      BACKUP: scripts.backup,
      FAULT: scripts.fault,
      STOP: scripts.stop,
    };
    // keepalived's order: the state's own script, the general one, the FIFO.
    const subject = `${kind} ${name}`;
    runner.run(subject, own[state]);
    runner.run(subject, scripts.any, notifyArguments(kind, name, state, value));
    outlets.write('vrrp', routerLine(kind, name, state, value));
  }

  function tellInstance(name: string, state: NotifyState): void {
    const instance = configuration().instances.find((one) => one.name === name);
    if (instance) tellRouter('INSTANCE', name, state, instance.notify, priority(name) ?? instance.priority);
  }

  return {
    follow: () => void outlets.follow(),
    transition(instance, text) {
      const state = stateAfter(text);
      if (!state || states.get(instance) === state) return;
      states.set(instance, state);
      tellInstance(instance, state);
      for (const group of configuration().syncGroups) {
        const now = group.members.includes(instance) ? groupState(group, states) : undefined;
        if (!now || groups.get(group.name) === now) continue;
        groups.set(group.name, now);
        tellRouter('GROUP', group.name, now, group.notify, 0);
      }
    },
    server(service, server, up) {
      const subject = `${virtualServerName(service)} ${hostPort(server)}`;
      runner.run(subject, up ? server.notifyUp : server.notifyDown);
      outlets.write('lvs', serverLine(service, server, up));
    },
    service(service, up) {
      runner.run(virtualServerName(service), up ? service.quorumUp : service.quorumDown);
      outlets.write('lvs', serviceLine(service, up));
    },
    async stop() {
      runner.hurry();
      for (const name of states.keys()) tellInstance(name, 'STOP');
      for (const group of configuration().syncGroups) {
        if (groups.has(group.name)) tellRouter('GROUP', group.name, 'STOP', group.notify, 0);
      }
      await Promise.all([runner.finish(), outlets.close()]);
    },
  };
}
