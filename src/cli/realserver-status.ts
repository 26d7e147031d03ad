/** `hatop realserver status [VIP…]`: 0 running, 3 stopped, 4 partial with a line for each part, 1 could not tell. */
import { EngineError } from '../control/link.ts';
import { realServerStatus } from '../realserver/status.ts';
import { lookAround, type RealServerOptions, sideOf } from './realserver-side.ts';

const EXIT = { running: 0, stopped: 3, partial: 4 } as const;

export function realserverStatus(words: readonly string[], options: RealServerOptions): number {
  const { view, record, recordKnown } = lookAround(options.stateDir);
  const side = sideOf(words, record, options.interface);
  if (side.addresses.length === 0 && !recordKnown) {
    throw new EngineError('which addresses are ours may not be read by this user: name them, or run it as root', 1);
  }
  const { state, missing } = realServerStatus(view, record, side);
  const shown = state === 'stopped' ? [] : missing;
  if (options.json) {
    const { addresses, interface: name } = side;
    process.stdout.write(
      `${JSON.stringify({ schemaVersion: 1, state, interface: name, addresses, missing }, null, 2)}\n`,
    );
    return EXIT[state];
  }
  process.stdout.write(
    `${state}${side.addresses.length > 0 ? `: ${side.addresses.join(', ')} on ${side.interface}` : ''}\n`,
  );
  for (const { what, remedy } of shown) process.stdout.write(`  ${what} (${remedy})\n`);
  return EXIT[state];
}
