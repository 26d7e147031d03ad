// Clients of a balanced service. They are patient: a busy machine makes a request slow, not failed.
// node client.mjs new URL INTERVAL_MS PATIENCE_MS [COUNT]   one request after another, each on a new connection
// node client.mjs kept URL INTERVAL_MS PATIENCE_MS N        N connections that stay open, the same on each of them
// Ends after COUNT requests or with its standard input, waits for what is under way, and prints one line:
// [{sent: wall-clock ms, ms, by: who answered or null, error: code or null, connection: number}, …]
import { Agent, get } from 'node:http';

const [kind, url, interval, patience, number = 'Infinity'] = process.argv.slice(2);
const records = [];
const now = () => performance.timeOrigin + performance.now();

function request(connection, agent, expectReused = false) {
  const sent = now();
  return new Promise((resolve) => {
    const conclude = (by, error) => {
      clearTimeout(timer);
      const wrong = error ?? (expectReused && !attempt.reusedSocket ? 'another connection' : null);
      records.push({ sent, ms: Math.round((now() - sent) * 10) / 10, by, error: wrong, connection });
      if (agent) console.log('answered');
      resolve(wrong === null);
    };
    const headers = agent ? { connection: 'keep-alive' } : {};
    const attempt = get(url, { agent: agent ?? false, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part) => {
        body += part;
      });
      response.on('end', () =>
        response.statusCode === 200 ? conclude(body.trim(), null) : conclude(null, `HTTP ${response.statusCode}`),
      );
      response.on('error', ({ code, message }) => conclude(null, code ?? message));
    });
    attempt.on('error', ({ code, message }) => conclude(null, code ?? message));
    // What has arrived by then is read first: that we were late ourselves is nobody's fault.
    const timer = setTimeout(() => setImmediate(() => attempt.destroy(new Error('no answer'))), Number(patience));
  });
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let ended = false;

/** One connection, from its first request to the first that fails or that another connection had to be made for. */
async function keep(connection) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let first = true; !ended && (await request(connection, agent, !first)); first = false) {
    await sleep(Number(interval));
  }
  agent.destroy();
}

/** At most one request is under way at any moment. */
async function ask() {
  for (let i = 0; !ended && i < Number(number); i++) {
    await request(i);
    await sleep(Number(interval));
  }
}

const clients = kind === 'kept' ? Array.from({ length: Number(number) }, (_, i) => keep(i)) : [ask()];
process.stdin.resume().on('end', () => {
  ended = true;
});
console.log('asking');
await Promise.all(clients);
process.stdin.destroy();
records.sort((one, other) => one.sent - other.sent);
process.stdout.write(`${JSON.stringify(records)}\n`);
