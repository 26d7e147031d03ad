/**
 * Runs in the guest, at the client: a request every INTERVAL ms, each on a new connection, whatever became of the one
 * before. Ends after COUNT requests, or when standard input ends, and prints one line of JSON: RequestRecord[].
 * node client.mjs URL INTERVAL_MS PATIENCE_MS [COUNT]
 */
import { get } from 'node:http';
import type { RequestRecord } from './pair-record.ts';

const [url = '', interval, patience, count = 'Infinity'] = process.argv.slice(2);
const records: RequestRecord[] = [];
const open = new Set<Promise<void>>();
const now = (): number => performance.timeOrigin + performance.now();

const failureOf = (code: string | undefined): RequestRecord['failure'] =>
  code === 'ECONNREFUSED' ? 'refused' : code === 'ECONNRESET' ? 'cut' : 'silence';

function request(): Promise<void> {
  const sent = now();
  return new Promise((resolve) => {
    const conclude = (by: string | null, failure: RequestRecord['failure']): void => {
      clearTimeout(timer);
      records.push({ sent, tookMs: Math.round((now() - sent) * 10) / 10, by, failure });
      resolve();
    };
    const attempt = get(url, { agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        body += part;
      });
      response.on('end', () => conclude(body.trim(), null));
      response.on('error', ({ code }: NodeJS.ErrnoException) => conclude(null, failureOf(code)));
    });
    attempt.on('error', ({ code }: NodeJS.ErrnoException) => conclude(null, failureOf(code)));
    // What has arrived by then is read first: that we were late ourselves is not the pair's fault.
    const timer = setTimeout(() => setImmediate(() => attempt.destroy(new Error('no answer'))), Number(patience));
  });
}

function launch(): void {
  const under = request();
  open.add(under);
  under.finally(() => open.delete(under));
  if (--left === 0) end();
}

async function end(): Promise<void> {
  clearInterval(loop);
  process.stdin.destroy();
  await Promise.all(open);
  records.sort((one, other) => one.sent - other.sent);
  process.stdout.write(`${JSON.stringify(records)}\n`);
}

let left = Number(count);
const loop = setInterval(launch, Number(interval));
process.stdin.resume().on('end', end);
console.log('asking');
