// A real server on all addresses of both families: says its name to who connects, then answers each line with its name
// and the line; `give N` is answered with N bytes. A datagram is answered with the name and its length.
// node nft-server.mjs NAME PORT
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

const [name, port] = process.argv.slice(2);

createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('error', () => {});
  socket.write(`${name}\n`);
  const lines = createInterface({ input: socket });
  lines.on('line', (line) => {
    const [, count] = /^give (\d+)$/.exec(line) ?? [];
    if (count === undefined) socket.write(`${name} ${line.length < 100 ? line : line.length}\n`);
    else socket.write(`${'x'.repeat(Number(count))}\n`);
  });
  lines.on('error', () => {});
  socket.on('end', () => socket.end());
}).listen({ port: Number(port), host: '::' }, () => {
  for (const type of ['udp4', 'udp6']) {
    const socket = createSocket({ type, ipv6Only: type === 'udp6' });
    // The answer must come from the address that was asked, which a wildcard socket leaves to the kernel: the tests
    // bind the VIP where they need datagrams.
    socket.on('message', (message, from) => socket.send(`${name} ${message.length}`, from.port, from.address));
    socket.bind(Number(port), type === 'udp4' ? (process.argv[4] ?? '0.0.0.0') : (process.argv[5] ?? '::'));
  }
  console.log(JSON.stringify({ event: 'ready' }));
});
