/** Probes beyond TCP and plain HTTP, against servers on the loopback that behave and that do not. */
import { createSocket, type Socket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket as Stream } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { milliseconds } from '../../src/base/time.ts';
import type { RegexConfig } from '../../src/check/config.ts';
import { createMatcher } from '../../src/linux/answer-match.ts';
import { createProber } from '../../src/linux/prober.ts';
import type { NetworkRequest, NetworkResult } from '../../src/ports/prober.ts';
import { certificate } from './certificate.ts';

const loopback = ip('127.0.0.1');
const prober = createProber();
const ask = (request: NetworkRequest): Promise<NetworkResult> => new Promise((done) => prober.ask(request, done));
const target = (port: number, timeout = 2000) => ({ address: loopback, port, timeout: milliseconds(timeout) });

const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.close();
  await Promise.all(servers.splice(0).map((server) => new Promise((closed) => server.close(closed))));
});

async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.on('connection', (socket: Stream) => socket.on('error', () => {}).unref());
  await new Promise<void>((ready) => server.listen(0, loopback, ready));
  return (server.address() as AddressInfo).port;
}
async function datagrams(answer: (bytes: Buffer, reply: (bytes: Uint8Array) => void) => void): Promise<number> {
  const socket = createSocket('udp4');
  sockets.push(socket);
  socket.on('message', (bytes, from) => answer(bytes, (text) => socket.send(text, from.port, from.address)));
  await new Promise<void>((ready) => socket.bind(0, loopback, ready));
  return socket.address().port;
}
async function closedUdpPort(): Promise<number> {
  const port = await datagrams(() => {});
  sockets.pop()?.close();
  return port;
}

describe('UDP', () => {
  test('sends the payload and gives the reply', async () => {
    const port = await datagrams((bytes, reply) => reply(Buffer.concat([bytes, Buffer.of(9)])));
    const result = await ask({ kind: 'udp', ...target(port), payload: [1, 2] });
    expect(result).toMatchObject({ kind: 'reply', bytes: Buffer.of(1, 2, 9) });
  });
  test('32 random bytes where no payload is said; silence', async () => {
    const seen: Buffer[] = [];
    const port = await datagrams((bytes) => seen.push(bytes));
    expect(await ask({ kind: 'udp', ...target(port, 100), payload: undefined })).toEqual({ kind: 'silence' });
    expect(await ask({ kind: 'udp', ...target(port, 100), payload: undefined })).toEqual({ kind: 'silence' });
    expect(seen.map(({ length }) => length)).toEqual([32, 32]);
    expect(seen[0]).not.toEqual(seen[1]);
  });
  test('a closed port is refused', async () => {
    expect(await ask({ kind: 'udp', ...target(await closedUdpPort()), payload: [1] })).toEqual({ kind: 'refused' });
  });
  test('binds to the address and port it is told', async () => {
    const free = await closedUdpPort();
    const from = new Promise((seen) => {
      const socket = createSocket('udp4');
      sockets.push(socket);
      socket.on('message', (_, { address, port }) => seen({ address, port }));
      socket.bind(0, loopback, () => {
        const to = target(socket.address().port, 200);
        prober.ask({ kind: 'udp', ...to, bindTo: ip('127.0.0.9'), bindPort: free, payload: [1] }, () => {});
      });
    });
    expect(await from).toEqual({ address: '127.0.0.9', port: free });
  });
});

describe('DNS', () => {
  const question = (port: number, timeout?: number): NetworkRequest => ({
    kind: 'dns',
    ...target(port, timeout),
    name: 'example.org',
    type: 1,
  });
  const answer = (question: Buffer, rcode: number) => {
    const bytes = Buffer.from(question);
    bytes.writeUInt16BE(0x8180 | rcode, 2);
    return bytes;
  };
  test('the rcode of our answer; answers to somebody else are passed over', async () => {
    const port = await datagrams((bytes, reply) => {
      const foreign = answer(bytes, 0);
      foreign.writeUInt16BE((bytes.readUInt16BE(0) + 1) % 0x10000, 0);
      reply(foreign);
      reply(bytes);
      reply(answer(bytes, 5));
    });
    expect(await ask(question(port))).toMatchObject({ kind: 'answer', rcode: 5 });
  });
  test('silence is a timeout, a closed port is refused', async () => {
    expect(await ask(question(await datagrams(() => {}), 100))).toEqual({ kind: 'timeout' });
    expect(await ask(question(await closedUdpPort()))).toEqual({ kind: 'refused' });
  });
});

describe('SMTP', () => {
  const smtp = (handle: (socket: Stream, line: string) => void, greeting = '220 ready\r\n') =>
    listening(
      createServer((socket) => {
        socket.write(greeting);
        socket.on('data', (data) => handle(socket, data.toString()));
      }),
    );
  const request = (port: number): NetworkRequest => ({ kind: 'smtp', ...target(port), heloName: 'me.example.org' });
  test('HELO and QUIT', async () => {
    const heard: string[] = [];
    const port = await smtp((socket, line) => {
      heard.push(line);
      if (line.startsWith('QUIT')) socket.end('221 bye\r\n');
      else socket.write('250-mail\r\n250 fine\r\n');
    });
    expect(await ask(request(port))).toMatchObject({ kind: 'greeted' });
    expect(heard).toEqual(['HELO me.example.org\r\n', 'QUIT\r\n']);
  });
  test('not wanted, another protocol, closed at once', async () => {
    expect(await ask(request(await smtp(() => {}, '554 no\r\n')))).toMatchObject({ kind: 'unwelcome', line: '554 no' });
    expect(await ask(request(await smtp(() => {}, 'x'.repeat(5000))))).toEqual({
      kind: 'malformed',
      detail: 'a line without end',
    });
    const port = await listening(createServer((socket) => socket.end()));
    expect(await ask(request(port))).toEqual({ kind: 'malformed', detail: 'closed without a word' });
  });
});

describe('HTTP over TLS', () => {
  const page = 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok';
  async function secure(): Promise<{ port: number; names: (string | false | null)[] }> {
    const names: (string | false | null)[] = [];
    const server = createTlsServer(certificate, (socket: TLSSocket) => {
      names.push(socket.servername);
      socket.on('error', () => {}).once('data', () => socket.end(page));
    });
    return { port: await listening(server), names };
  }
  const request = (port: number, serverName?: string): NetworkRequest => ({
    kind: 'http',
    ...target(port),
    path: '/',
    tls: { serverName },
  });
  test('any certificate will do; a name is only said where one is wanted', async () => {
    const { port, names } = await secure();
    expect(await ask(request(port))).toMatchObject({ kind: 'response', status: 200 });
    expect(await ask(request(port, 'www.example.org'))).toMatchObject({ kind: 'response', status: 200 });
    expect(names).toEqual([false, 'www.example.org']);
  });
  test('one that does not speak TLS', async () => {
    const port = await listening(createServer((socket) => socket.once('data', () => socket.end('220 mail\r\n'))));
    expect(await ask(request(port))).toMatchObject({ kind: 'tls' });
  });
  test('one that accepts and says nothing', async () => {
    const port = await listening(createServer((socket) => socket.resume()));
    expect(await ask({ ...request(port), ...target(port, 100) } as NetworkRequest)).toEqual({ kind: 'timeout' });
  });
});

describe('a regex against the answer', () => {
  const matchBody = (regex: RegexConfig, bytes: Buffer) => {
    const matcher = createMatcher(regex);
    for (const byte of bytes) matcher.push(Buffer.of(byte));
    return matcher.outcome();
  };
  const regex = { source: 'o', flags: '', unwanted: false, minOffset: 0, maxOffset: undefined as number | undefined };
  const body = Buffer.from('grün oder rot\n');
  test('offsets are bytes: where matching begins, and the last place where a match may begin', () => {
    expect(matchBody(regex, body)).toBe('found');
    expect(matchBody({ ...regex, maxOffset: 6 }, body)).toBe('found');
    expect(matchBody({ ...regex, maxOffset: 5 }, body)).toBe('absent');
    expect(matchBody({ ...regex, minOffset: 7, maxOffset: 12 }, body)).toBe('found');
    expect(matchBody({ ...regex, minOffset: 13 }, body)).toBe('absent');
    expect(matchBody({ ...regex, flags: 'u', maxOffset: 5 }, body)).toBe('absent');
  });
  test('beyond ASCII too', () => {
    expect(matchBody({ ...regex, source: 'grün' }, body)).toBe('found');
    expect(matchBody({ ...regex, source: 'gr.n', flags: 'u' }, body)).toBe('found');
    expect(matchBody({ ...regex, source: 'gr.n' }, body)).toBe('absent');
  });
  test('one that backtracks for ever is given up', () => {
    expect(matchBody({ ...regex, source: '^(a+)+$' }, Buffer.from(`${'a'.repeat(40)}!`))).toBe('too-long');
    expect(matchBody(regex, body)).toBe('found');
  });
});

test('a file: its text, or why it cannot be read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hatop-file-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'n'), '7\n');
  expect(await ask({ kind: 'file', path: join(folder, 'n') })).toEqual({ kind: 'text', text: '7\n' });
  expect(await ask({ kind: 'file', path: join(folder, 'none') })).toEqual({ kind: 'unreadable', detail: 'ENOENT' });
});
