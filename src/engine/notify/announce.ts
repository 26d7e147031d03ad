/** What is said of a change, in keepalived 2.2.7's words: lines of its FIFOs, arguments of its scripts. */
import type { RealServer, SyncGroup, VirtualServer } from '../../conf/model.ts';
import type { InstanceState } from '../../control/snapshot.ts';

export type NotifyState = 'MASTER' | 'BACKUP' | 'FAULT' | 'STOP';

const STATES: Partial<Record<InstanceState, NotifyState>> = { master: 'MASTER', backup: 'BACKUP', fault: 'FAULT' };

/** The state that a transition's words lead to (`backup → master: …`); undefined: none that anybody is told of. */
export function stateAfter(text: string): NotifyState | undefined {
  const to = /^\w+ → (\w+):/.exec(text)?.[1];
  return to === undefined ? undefined : STATES[to as InstanceState];
}

/** All members master or none in FAULT and all backup; any in FAULT is the group's. Undefined: under way. */
export function groupState(group: SyncGroup, states: ReadonlyMap<string, NotifyState>): NotifyState | undefined {
  const members = group.members.map((name) => states.get(name));
  if (members.includes('FAULT')) return 'FAULT';
  const [first] = members;
  return first !== undefined && members.every((state) => state === first) ? first : undefined;
}

export type RouterKind = 'INSTANCE' | 'GROUP';
/** The arguments that `notify` gets after its own. */
export const notifyArguments = (kind: RouterKind, name: string, state: NotifyState, priority: number): string[] => [
  kind,
  name,
  state,
  String(priority),
];
export const routerLine = (kind: RouterKind, name: string, state: NotifyState, priority: number): string =>
  `${kind} "${name}" ${state} ${priority}`;

type Service = Pick<VirtualServer, 'group' | 'endpoints' | 'protocol'>;
const placeOf = (at: Pick<RealServer, 'address' | 'port'>, protocol: string): string =>
  `[${at.address}]:${protocol}:${at.port}`;

/** As keepalived names services: a group by its name, a mark as `FWM 3`. */
function nameOf({ group, endpoints, protocol }: Service): string {
  const [first] = endpoints;
  if (group !== undefined || !first) return `[${group}]:0`;
  return 'mark' in first ? `FWM ${first.mark}` : placeOf(first, protocol);
}
const upOrDown = (up: boolean): string => (up ? 'UP' : 'DOWN');

export const serviceLine = (service: Service, up: boolean): string => `VS ${nameOf(service)} ${upOrDown(up)}`;
export const serverLine = (service: Service, server: Pick<RealServer, 'address' | 'port'>, up: boolean): string =>
  `RS ${placeOf(server, service.protocol)} ${nameOf(service)} ${upOrDown(up)}`;
