import { err, ok } from '../base/result.ts';
import { renderNoAccept } from '../nft/no-accept.ts';
import type { LocalDelivery } from '../ports/local-delivery.ts';
import { describeOsError } from '../ports/os-error.ts';
import type { StateFiles } from '../ports/state-files.ts';
import { runNft } from './nft-program.ts';

/** Says that there may be a table: a machine on which nobody asks for one never meets nftables for it. */
const MARKER = 'no-accept';

/**
 * By a table of nftables, in the network namespace that calls. One that a killed run left is found by its mark. It is
 * made anew each time, for somebody may have flushed the ruleset since.
 */
export function createLocalDelivery(files: StateFiles, run = runNft): LocalDelivery {
  return {
    refuse(addresses) {
      const mark = files.read(MARKER);
      const marked = mark.ok && mark.value?.trim() === 'yes';
      if (addresses.length === 0 && !marked) return ok(undefined);
      const write = (text: string) => files.replace(MARKER, `${text}\n`);
      // Before the table is made: it must be found by whoever comes after a crash.
      const written = addresses.length > 0 ? write('yes') : ok(undefined);
      if (!written.ok) return err(describeOsError(written.error));
      const done = run(renderNoAccept(addresses));
      if (done.ok && addresses.length === 0) write('no');
      return done;
    },
  };
}
