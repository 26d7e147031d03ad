// Sends a numbered datagram every INTERVAL_MS and notes who answered when. When its standard input ends it waits for
// late answers and prints one JSON line: [[sent, received or null, who or null], …], wall-clock ms with a fraction.
// node prober.mjs ADDRESS PORT INTERVAL_MS
import { createSocket } from 'node:dgram';

const LATE_MS = 1000;
const [address, port, interval] = process.argv.slice(2);
const now = () => performance.timeOrigin + performance.now();
const probes = [];
const socket = createSocket('udp4');

socket.on('message', (message) => {
  const [number, who] = message.toString().split(':');
  const probe = probes[Number(number)];
  if (probe && probe[1] === null) {
    probe[1] = now();
    probe[2] = who;
  }
});
// Nobody there (EHOSTUNREACH, ECONNREFUSED) is a lost probe, no failure of ours.
socket.on('error', () => {});
socket.bind(0, () => {
  console.log('probing');
  const timer = setInterval(() => {
    probes.push([now(), null, null]);
    socket.send(String(probes.length - 1), Number(port), address, () => {});
  }, Number(interval));
  process.stdin.resume().on('end', () => {
    clearInterval(timer);
    setTimeout(() => {
      process.stdout.write(`${JSON.stringify(probes)}\n`, () => process.exit(0));
    }, LATE_MS);
  });
});
