import { clean } from '../control/clean.ts';
import { connect } from './connect.ts';

interface EventsOptions {
  readonly socket: string;
  readonly json?: boolean;
  readonly limit: number;
}

export async function events(options: EventsOptions): Promise<number> {
  const link = await connect(options.socket, true);
  try {
    for (const event of await link.events(options.limit)) {
      const line = options.json
        ? JSON.stringify(event)
        : clean(`${event.at} ${event.severity.padEnd(7)} ${event.subject || 'engine'}: ${event.text}`);
      process.stdout.write(`${line}\n`);
    }
    return 0;
  } finally {
    link.close();
  }
}
