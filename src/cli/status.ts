import { renderPlain } from '../console/plain.ts';
import { connect } from './connect.ts';

export async function status(options: { readonly socket: string; readonly json?: boolean }): Promise<number> {
  const link = await connect(options.socket, true);
  try {
    const snapshot = await link.snapshot();
    process.stdout.write(options.json ? `${JSON.stringify(snapshot, null, 2)}\n` : renderPlain(snapshot));
    return 0;
  } finally {
    link.close();
  }
}
