/** FAULT is a set of reasons: in with the first, out with the last. */
import type { IpAddress } from '../base/ip.ts';
import { becomeFault, joinElection } from './transitions.ts';
import { type Turn, update } from './turn.ts';

const NO_SOURCE = 'source address';

export function raiseFault(turn: Turn, source: string, reason: string): void {
  update(turn, { faults: new Map(turn.state.faults).set(source, reason) });
  const { started, state, admin } = turn.state;
  if (!started || admin === 'maintenance') return;
  if (state !== 'fault') becomeFault(turn);
  else update(turn, { reason: [...turn.state.faults.values()].join('; ') });
}

export function clearFault(turn: Turn, source: string): void {
  if (!turn.state.faults.has(source)) return;
  const faults = new Map(turn.state.faults);
  faults.delete(source);
  update(turn, { faults });
  if (turn.state.state !== 'fault') return;
  if (faults.size === 0) joinElection(turn, 'fault cleared');
  else update(turn, { reason: [...faults.values()].join('; ') });
}

/** Without an address to send from nobody would hear us, and the tie-break would have nothing to compare. */
export function setPrimary(turn: Turn, address: IpAddress | undefined): void {
  update(turn, { primary: address });
  const { interface: name, family } = turn.config;
  if (address === undefined) raiseFault(turn, NO_SOURCE, `${name} has no IPv${family} address to advertise from`);
  else clearFault(turn, NO_SOURCE);
}
