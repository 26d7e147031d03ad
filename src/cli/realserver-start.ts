/** `hatop realserver start VIP…`: this machine takes packets for the addresses, and does not answer ARP for them. */
import { start } from '../realserver/turn.ts';
import { changeMachine, type RealServerOptions, report, virtualAddresses } from './realserver-side.ts';

export function realserverStart(words: readonly string[], options: RealServerOptions): number {
  const addresses = virtualAddresses(words);
  const plan = changeMachine(options, (machine) => start(machine, { addresses, interface: options.interface }));
  const changed = plan.steps.length > 0 ? 'running' : 'running already';
  report(plan, `${changed}: ${addresses.join(', ')} on ${options.interface}`);
  return 0;
}
