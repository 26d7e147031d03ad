/**
 * A program of its own: sends frames as they are. Arguments: the interface, then each frame in hexadecimal. Without
 * frames it goes on with those of standard input, blanks between them, and says `ready` first.
 */
import { createInterface } from 'node:readline';
import { createNeighbours } from '../../src/linux/neighbours.ts';

const [interfaceName = '', ...frames] = process.argv.slice(2);
const neighbours = createNeighbours({ watch: () => () => {} });

function send(frame: string): void {
  const sent = neighbours.sendFrame(interfaceName, Uint8Array.from(Buffer.from(frame, 'hex')));
  if (sent.ok) return;
  console.error(sent.error);
  process.exitCode = 1;
}

for (const frame of frames) send(frame);
if (frames.length === 0) {
  console.log('ready');
  for await (const line of createInterface(process.stdin)) for (const frame of line.split(' ')) send(frame);
}
neighbours.close();
