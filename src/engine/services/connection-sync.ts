/**
 * `lvs_sync_daemon` and `lvs_timeouts`: this node sends its connections while the instance that is followed is master, and
 * takes in the peer's otherwise; without an instance it does both. The kernel is the truth, and is asked each time.
 */
import { familyOf } from '../../base/ip.ts';
import type { GlobalDefs, SyncDaemonDef } from '../../conf/model.ts';
import type { InstanceSnapshot } from '../../control/snapshot.ts';
import type { SyncDaemon } from '../../ipvs/control.ts';
import type { IpvsControl, IpvsTable } from '../../ports/ipvs-table.ts';
import { describeOsError } from '../../ports/os-error.ts';
import type { StateFiles } from '../../ports/state-files.ts';
import { sameDefinition } from '../reload/differences.ts';
import { openOwnedDaemons } from './owned-daemons.ts';

export interface ConnectionSync {
  /** Brings the kernel to what the configuration and the states of the instances ask for. */
  follow(states: readonly Pick<InstanceSnapshot, 'name' | 'state'>[]): void;
  /** Ends the daemons that are ours. The timeouts stay. */
  stop(): void;
}

export function createConnectionSync(
  { table, files }: { readonly table: Pick<IpvsTable, 'kind' | 'control'>; readonly files: StateFiles },
  global: () => Pick<GlobalDefs, 'ipvsTimeouts' | 'syncDaemon'>,
  note: (text: string, severity?: 'info' | 'warning') => void,
): ConnectionSync {
  const { control } = table;
  /** What we started, or found running as we would have; after a kill, what the last life did. */
  const ours = openOwnedDaemons(files, (text) => note(text, 'warning'));
  let timeouts: GlobalDefs['ipvsTimeouts'];
  let complaint: string | undefined;

  /** Once for as long as it lasts. */
  function complain(text: string | undefined): void {
    if (text !== undefined && text !== complaint) note(text, 'warning');
    complaint = text;
  }

  function setTimeouts(ipvs: IpvsControl): void {
    const wanted = global().ipvsTimeouts;
    if (!wanted || sameDefinition(wanted, timeouts)) return;
    timeouts = wanted;
    const set = ipvs.setTimeouts(wanted);
    if (!set.ok) note(`lvs_timeouts: ${describeOsError(set.error)}`, 'warning');
  }

  /** What is in the way, in words. */
  function settle(ipvs: IpvsControl, wanted: readonly SyncDaemon[]): string | undefined {
    const running = ipvs.daemons();
    if (!running.ok) return describeOsError(running.error);
    for (const there of running.value) {
      const { role } = there;
      const asked = wanted.find((one) => one.role === role);
      if (asked && agrees(asked, there)) ours.add(asked);
      else if (asked || ours.has(there)) {
        const foreign = !ours.has(there);
        const ended = ipvs.stop(role);
        if (!ended.ok && ended.error.code !== 'ESRCH') return describeOsError(ended.error);
        ours.remove(role);
        if (foreign) note(`connection sync: a daemon of somebody else (${describe(there)}) gave way`, 'warning');
        else if (wanted.length === 0) note(`connection sync: ended (${describe(there)})`);
      }
    }
    const gone = ours
      .all()
      .filter(({ role }) => !running.value.some((there) => there.role === role && ours.has(there)));
    for (const { role } of gone) ours.remove(role);
    for (const daemon of wanted.filter((one) => !ours.has(one))) {
      ours.add(daemon);
      const started = ipvs.start(daemon);
      if (!started.ok) {
        ours.remove(daemon.role);
        return describeOsError(started.error);
      }
      note(`connection sync: ${describe(daemon)}`);
    }
    ours.store();
    return undefined;
  }

  return {
    follow(states) {
      const { syncDaemon, ipvsTimeouts } = global();
      if (!control) {
        const words = [syncDaemon && 'lvs_sync_daemon needs', ipvsTimeouts && 'lvs_timeouts need'].filter(Boolean);
        complain(words.length > 0 ? `${words.join(' and ')} IPVS: the data plane is ${table.kind}` : undefined);
        return;
      }
      setTimeouts(control);
      if (!syncDaemon && ours.all().length === 0) return;
      complain(settle(control, syncDaemon ? wantedDaemons(syncDaemon, states) : []));
    },
    stop() {
      if (!control) return;
      for (const { role } of ours.all()) {
        const ended = control.stop(role);
        if (ended.ok || ended.error.code === 'ESRCH') ours.remove(role);
      }
      ours.store();
    },
  };
}

function wantedDaemons(
  { instance, interface: link, id, maxLength, port, ttl, group }: SyncDaemonDef,
  states: readonly Pick<InstanceSnapshot, 'name' | 'state'>[],
): SyncDaemon[] {
  const followed = states.find(({ name }) => name === instance);
  const one = followed?.state === 'master' ? ('master' as const) : ('backup' as const);
  const roles = instance === undefined ? (['master', 'backup'] as const) : [one];
  return roles.map((role) => ({ role, interface: link, id, maxLength, port, ttl, group }));
}

/** What was not asked for may be anything. */
const agrees = (asked: SyncDaemon, there: SyncDaemon): boolean =>
  asked.interface === there.interface &&
  asked.id === there.id &&
  (asked.maxLength === undefined || longestMessage(asked, asked.maxLength) === there.maxLength) &&
  (['group', 'port', 'ttl'] as const).every((key) => asked[key] === undefined || asked[key] === there[key]);

/** What the kernel makes of it (ip_vs_sync.c, start_sync_thread): a datagram's room at most, enough to take in at least. */
function longestMessage({ role, group }: SyncDaemon, maxLength: number): number {
  const headers = group !== undefined && familyOf(group) === 6 ? 48 : 28;
  return Math.min(Math.max(maxLength, role === 'backup' ? 1024 : 1), 65_535 - headers);
}

const describe = ({ role, interface: link, id }: SyncDaemon): string =>
  `${role === 'master' ? 'sends' : 'takes in'} on ${link}, id ${id}`;
