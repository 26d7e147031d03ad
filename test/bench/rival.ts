/**
 * A program of its own: another router, which says what it is told to. Argument: the interface. Each line of its input is
 * one advertisement: VRID PRIORITY SOURCE PASSWORD ADDRESS….
 */
import { createInterface } from 'node:readline';
import { ip } from '../../src/base/ip.ts';
import { seconds } from '../../src/base/time.ts';
import { createNeighbours } from '../../src/linux/neighbours.ts';
import { createVrrpSockets } from '../../src/linux/vrrp-sockets.ts';
import { encodeVrrp } from '../../src/wire/vrrp.ts';

const poller = { watch: () => () => {} };
const sockets = createVrrpSockets(poller, createNeighbours(poller));
const opened = sockets.open({ interface: process.argv[2] ?? '', family: 4, group: ip('224.0.0.18') }, () => {});
if (!opened.ok) throw new Error(`${opened.error.what}: ${opened.error.code}`);
const socket = opened.value;

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [vrid, priority, source = '', password = '', ...addresses] = line.split(' ');
    const message = encodeVrrp({
      version: 2,
      vrid: Number(vrid),
      priority: Number(priority),
      adverInterval: seconds(1),
      authentication: { type: 'PASS', password },
      addresses: addresses.map(ip),
    });
    const sent = socket.send(message, ip(source));
    if (!sent.ok) throw new Error(`${sent.error.what}: ${sent.error.code}`);
  })
  .on('close', () => socket.close());
console.log('ready');
