import { cleanLines } from '../control/clean.ts';
import { connect } from './connect.ts';

export async function why(target: string, options: { readonly socket: string }): Promise<number> {
  const link = await connect(options.socket, true);
  try {
    process.stdout.write(`${cleanLines(await link.why(target))}\n`);
    return 0;
  } finally {
    link.close();
  }
}
