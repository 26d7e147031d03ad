/** The small programs that live in a lab's nodes. They are plain files that node runs, beside this one or beside the bundle. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type LabProcess, startProcess } from './process.ts';

export type Actor = 'http-server' | 'request-loop' | 'udp-echo' | 'prober';

export function startActor(actor: Actor, parameters: readonly (string | number)[], namespace: string): LabProcess {
  const file = fileURLToPath(new URL(`./actors/${actor}.mjs`, import.meta.url));
  if (!existsSync(file)) throw new Error(`the lab's program ${file} is missing; build again (npm run build)`);
  return startProcess([process.execPath, file, ...parameters.map(String)], { namespace });
}
