/** `hatop realserver stop [VIP…]`: what start changed is put back as it was; with the last address, the settings too. */
import { stop } from '../realserver/turn.ts';
import { changeMachine, type RealServerOptions, report, virtualAddresses } from './realserver-side.ts';

export function realserverStop(words: readonly string[], options: RealServerOptions): number {
  const addresses = virtualAddresses(words);
  const plan = changeMachine(options, (machine) => stop(machine, addresses.length > 0 ? addresses : 'all'));
  report(plan, plan.steps.length > 0 ? 'stopped: all is as it was before' : 'stopped already: nothing of ours is here');
  return 0;
}
