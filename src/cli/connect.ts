import type { EngineLink } from '../control/link.ts';
import { VERSION } from './version.ts';

/** The engine at `socket`; rejects with the exit code that says why not. */
export async function connect(socket: string, readOnly = false, name?: string): Promise<EngineLink> {
  const { connectEngine } = await import('../control/client.ts');
  return connectEngine({ path: socket, version: VERSION, readOnly, ...(name === undefined ? {} : { name }) });
}
