// A client, driven by lines of JSON like the director: connections that are kept by a number, and datagrams.
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/** For an answer that is expected; a caller that expects none says how long that takes. */
const PATIENCE_MS = 15_000;
const kept = new Map();
let next = 1;

/** A connection whose lines can be waited for. */
function open(address, port, localAddress, patience = PATIENCE_MS) {
  const socket = connect({ host: address, port, localAddress: localAddress ?? undefined });
  const lines = [];
  const waiting = [];
  let failure;
  const settle = () => {
    while (waiting.length > 0 && (lines.length > 0 || failure)) waiting.shift()(lines.shift() ?? failure);
  };
  const reader = createInterface({ input: socket });
  reader.on('error', () => {});
  reader.on('line', (line) => {
    lines.push(line);
    settle();
  });
  const fail = (why) => {
    failure ??= why;
    settle();
  };
  socket.on('error', (error) => fail(error.code ?? String(error)));
  socket.on('close', () => fail('closed'));
  return {
    socket,
    line: () =>
      new Promise((done) => {
        const timer = setTimeout(() => done('timeout'), patience);
        waiting.push((line) => {
          clearTimeout(timer);
          done(line);
        });
        settle();
      }),
  };
}

const calls = {
  /** Connects, reads the server's name, closes: `count` times one after the other. */
  async names(address, port, count, localAddress, patience) {
    const names = [];
    for (let i = 0; i < count; i++) {
      const connection = open(address, port, localAddress, patience);
      names.push(await connection.line());
      connection.socket.end();
    }
    return names;
  },
  /** A connection that stays: its number and its server's name, or what went wrong. */
  async keep(address, port, localAddress) {
    const connection = open(address, port, localAddress);
    const number = next++;
    kept.set(number, connection);
    return { number, name: await connection.line() };
  },
  async say(number, text) {
    kept.get(number).socket.write(`${text}\n`);
    return kept.get(number).line();
  },
  /** Asks for `bytes` and gives how many came in the line. */
  async give(number, bytes) {
    kept.get(number).socket.write(`give ${bytes}\n`);
    const line = await kept.get(number).line();
    return line.startsWith('x') ? line.length : line;
  },
  /** Says `bytes` in one line and gives the answer. */
  async put(number, bytes) {
    kept.get(number).socket.write(`${'y'.repeat(bytes)}\n`);
    return kept.get(number).line();
  },
  halfClose(number) {
    kept.get(number).socket.end();
  },
  reset(number) {
    kept.get(number).socket.resetAndDestroy();
  },
  /** One datagram of `bytes` from `localPort`; the answer, or what went wrong. */
  datagram(address, port, bytes, localPort, patience = PATIENCE_MS) {
    return new Promise((done) => {
      const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
      const timer = setTimeout(() => finish('timeout'), patience);
      const finish = (answer) => {
        clearTimeout(timer);
        socket.close();
        done(answer);
      };
      socket.on('error', (error) => finish(error.code));
      socket.on('message', (message) => finish(String(message)));
      socket.bind(localPort ?? 0, () => socket.connect(port, address, () => socket.send('z'.repeat(bytes))));
    });
  },
};

createInterface({ input: process.stdin }).on('line', async (line) => {
  const { id, call, args } = JSON.parse(line);
  console.log(JSON.stringify({ id, value: (await calls[call](...args)) ?? null }));
});
console.log(JSON.stringify({ event: 'ready' }));
