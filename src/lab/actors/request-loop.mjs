// A client that makes one request after another, each on a new connection, and prints what came of it: a JSON line
// {at: wall-clock ms, ms: how long it took, by: who answered or null, error: code or null}.
// node request-loop.mjs URL INTERVAL_MS
import { get } from 'node:http';

const [url, interval] = process.argv.slice(2);
const timeout = Math.min(2000, Number(interval) * 0.9);

function request() {
  const at = Date.now();
  const start = performance.now();
  const tell = (by, error) =>
    console.log(JSON.stringify({ at, ms: Math.round((performance.now() - start) * 10) / 10, by, error }));
  get(url, { agent: false, timeout }, (response) => {
    let body = '';
    response.setEncoding('utf8');
    response.on('data', (part) => {
      body += part;
    });
    response.on('end', () =>
      response.statusCode === 200 ? tell(body.trim(), null) : tell(null, `HTTP ${response.statusCode}`),
    );
  })
    .on('timeout', function onTimeout() {
      this.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' }));
    })
    .on('error', (error) => tell(null, error.code ?? error.message));
}

request();
setInterval(request, Number(interval));
