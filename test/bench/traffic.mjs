// One byte there and back, on many connections and on one. Plain JavaScript: it also runs where nothing was built.
// node traffic.mjs serve PORT
// node traffic.mjs ask PORT DIRECT VIA ROUNDS CONNECTIONS PINGS
// Asks DIRECT and VIA in turn, so that both meet the same machine. Prints one line of JSON:
// {direct, via}, each {cps: [connections a second, one per round], connectUs: […], pingUs: […]}
import { connect, createServer } from 'node:net';

const CONCURRENT = 16;
const [verb, port, ...rest] = process.argv.slice(2);
const microseconds = () => Number(process.hrtime.bigint()) / 1000;

function open(host) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port), noDelay: true });
    socket.once('connect', () => resolve(socket)).once('error', reject);
  });
}

function ping(socket) {
  return new Promise((resolve) => {
    const began = microseconds();
    socket.once('data', () => resolve(microseconds() - began));
    socket.write('x');
  });
}

/** Connects, exchanges a byte, closes; µs until it was connected. */
async function visit(host) {
  const began = microseconds();
  const socket = await open(host);
  const took = microseconds() - began;
  await ping(socket);
  socket.end();
  await new Promise((resolve) => socket.once('close', resolve));
  return took;
}

/** Connections a second, so many at a time. */
async function rush(host, count) {
  let left = count;
  const began = microseconds();
  const visitor = async () => {
    while (left-- > 0) await visit(host);
  };
  await Promise.all(Array.from({ length: CONCURRENT }, visitor));
  return count / ((microseconds() - began) / 1e6);
}

async function ask([direct, via, rounds, connections, pings]) {
  const hosts = { direct, via };
  const found = {};
  const kept = {};
  for (const [name, host] of Object.entries(hosts)) {
    found[name] = { cps: [], connectUs: [], pingUs: [] };
    kept[name] = await open(host);
    await rush(host, 200);
  }
  for (let round = 0; round < Number(rounds); round++) {
    // Neither is always the first.
    const order = round % 2 === 0 ? ['direct', 'via'] : ['via', 'direct'];
    for (const name of order) found[name].cps.push(await rush(hosts[name], Number(connections)));
    for (let i = 0; i < Number(pings); i++) {
      for (const name of order) found[name].pingUs.push(await ping(kept[name]));
      if (i % 10 === 0) for (const name of order) found[name].connectUs.push(await visit(hosts[name]));
    }
  }
  for (const socket of Object.values(kept)) socket.destroy();
  process.stdout.write(`${JSON.stringify(found)}\n`);
}

if (verb === 'serve') {
  createServer({ noDelay: true }, (socket) => {
    socket.on('data', (bytes) => socket.write(bytes)).on('error', () => {});
  }).listen(Number(port), '0.0.0.0', 1024, () => console.log('listening'));
} else await ask(rest);
