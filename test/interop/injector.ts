/** A program of its own: sends frames as they are. Arguments: the interface, then each frame in hexadecimal. */
import { createNeighbours } from '../../src/linux/neighbours.ts';

const [interfaceName = '', ...frames] = process.argv.slice(2);
const neighbours = createNeighbours({ watch: () => () => {} });
for (const frame of frames) {
  const sent = neighbours.sendFrame(interfaceName, Uint8Array.from(Buffer.from(frame, 'hex')));
  if (sent.ok) continue;
  console.error(sent.error);
  process.exitCode = 1;
}
neighbours.close();
