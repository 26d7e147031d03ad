/** `hatop`: the console on the engine of this machine; without a terminal, one plain status page. */
import { connect } from './connect.ts';

interface ConsoleOptions {
  readonly socket: string;
  readonly readOnly?: boolean;
  /** `hatop wallboard`: the charts alone. */
  readonly wallboard?: boolean;
}

export async function openConsole(options: ConsoleOptions): Promise<number> {
  if (!process.stdout.isTTY || process.env.TERM === 'dumb' || !process.env.TERM) {
    const { status } = await import('./status.ts');
    if (process.stdout.isTTY) process.stderr.write('hatop: this terminal cannot draw (TERM is dumb or unset)\n');
    return status({ socket: options.socket });
  }
  const link = await connect(options.socket, options.readOnly === true);
  try {
    const { runConsole } = await import('../console/run.ts');
    return await runConsole({
      links: [link],
      title: { mode: options.socket, why: '' },
      readOnly: options.readOnly === true,
      wallboard: options.wallboard === true,
      stdin: process.stdin,
      stdout: process.stdout,
    });
  } finally {
    // An open connection would keep the process alive after the operator has left.
    link.close();
  }
}
