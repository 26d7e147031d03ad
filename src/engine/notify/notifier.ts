/** Tells scripts and FIFOs of what changes: instances, sync groups, real servers, virtual services. */
import type { Configuration, RealServer, VirtualServer } from '../../conf/model.ts';
import type { NotifyCommand, NotifyFifo, NotifyScripts } from '../../conf/notify-model.ts';
import { hostPort } from '../../ipvs/types.ts';
import type { Cancel } from '../../ports/clock.ts';
import type { Fifo } from '../../ports/fifos.ts';
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
import { createNotifyRunner } from './runner.ts';

export interface Notifier {
  /** Opens the FIFOs and starts what reads them. */
  start(): void;
  /** A transition of an instance, in the journal's words. */
  transition(instance: string, text: string): void;
  server(service: VirtualServer, server: RealServer, up: boolean): void;
  service(service: VirtualServer, up: boolean): void;
  /** STOP for every instance and group that was told of; waits a second at most for their scripts. */
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
  const open: { readonly fifo: Fifo; readonly of: 'all' | 'vrrp' | 'lvs'; readonly stopReader: Cancel }[] = [];

  function openFifo(of: 'all' | 'vrrp' | 'lvs', settings: NotifyFifo | undefined): void {
    if (!settings) return;
    const opened = host.fifos.open(settings.path);
    if (!opened.ok) return complain(settings.path, opened.error);
    open.push({ fifo: opened.value, of, stopReader: startReader(settings) });
  }

  function startReader({ path, script }: NotifyFifo): Cancel {
    if (!script) return () => {};
    const { scriptUser } = configuration().global;
    const user = script.user ?? scriptUser?.user;
    const group = script.user === undefined ? scriptUser?.group : script.group;
    return host.scripts.run({ argv: [...script.argv, path], user, group }, (result) => {
      complain(
        path,
        `its reader ${script.argv[0]} has ended (${result.kind === 'exited' ? result.code : result.kind})`,
      );
    });
  }

  function write(of: 'vrrp' | 'lvs', line: string): void {
    for (const one of open) {
      if (one.of !== 'all' && one.of !== of) continue;
      if (!one.fifo.write(line)) complain('', `a FIFO is full, nobody was told: ${line}`);
    }
  }

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
    write('vrrp', routerLine(kind, name, state, value));
  }

  function tellInstance(name: string, state: NotifyState): void {
    const instance = configuration().instances.find((one) => one.name === name);
    if (instance) tellRouter('INSTANCE', name, state, instance.notify, priority(name) ?? instance.priority);
  }

  return {
    start() {
      const { fifos } = configuration().global;
      openFifo('all', fifos.all);
      openFifo('vrrp', fifos.vrrp);
      openFifo('lvs', fifos.lvs);
    },
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
      write('lvs', serverLine(service, server, up));
    },
    service(service, up) {
      runner.run(virtualServerName(service), up ? service.quorumUp : service.quorumDown);
      write('lvs', serviceLine(service, up));
    },
    async stop() {
      runner.hurry();
      for (const name of states.keys()) tellInstance(name, 'STOP');
      for (const group of configuration().syncGroups) {
        if (groups.has(group.name)) tellRouter('GROUP', group.name, 'STOP', group.notify, 0);
      }
      await runner.finish();
      for (const { fifo, stopReader } of open.splice(0)) {
        stopReader();
        fifo.close();
      }
    },
  };
}
