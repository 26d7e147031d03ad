import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { milliseconds } from '../../src/base/time.ts';
import { requestText } from '../../src/linux/probe-tcp.ts';
import { createProber } from '../../src/linux/prober.ts';
import type { ConnectTarget, HttpProbeResult, NetworkResult, TcpProbeResult } from '../../src/ports/prober.ts';

const loopback = ip('127.0.0.1');
const prober = createProber();
const servers: { server: Server; sockets: Set<Socket> }[] = [];

/** A server on the loopback that treats every connection as `handle` says; returns its port. */
async function serve(handle: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    handle(socket);
  });
  servers.push({ server, sockets });
  await new Promise<void>((ready) => server.listen(0, loopback, ready));
  return (server.address() as AddressInfo).port;
}
/** Answers the request, however it is cut, with `text`; and then does `next`. */
const answer = (text: string | Buffer, next: (socket: Socket) => void = () => {}) => {
  return serve((socket) => socket.once('data', () => socket.write(text, () => next(socket))));
};

afterEach(async () => {
  for (const { server, sockets } of servers.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((closed) => server.close(closed));
  }
});

const target = (port: number, timeout = 2000): ConnectTarget => ({
  address: loopback,
  port,
  timeout: milliseconds(timeout),
});
const tcp = (port: number, timeout?: number) =>
  new Promise<TcpProbeResult>((done) =>
    prober.ask({ kind: 'tcp', ...target(port, timeout) }, done as (result: NetworkResult) => void),
  );
const http = (port: number, timeout?: number) =>
  new Promise<HttpProbeResult>((done) =>
    prober.ask({ kind: 'http', ...target(port, timeout), path: '/ping' }, done as (result: NetworkResult) => void),
  );

async function closedPort(): Promise<number> {
  const port = await serve(() => {});
  await new Promise((closed) => servers.pop()?.server.close(closed));
  return port;
}

const settle = (ms: number) => new Promise((ready) => setTimeout(ready, ms));

describe('TCP', () => {
  test('connected, with the time it took; the server sees it closed', async () => {
    let seen: () => void = () => {};
    const gone = new Promise<void>((closed) => (seen = closed));
    const result = await tcp(await serve((socket) => socket.on('close', () => seen()).resume()));
    expect(result.kind).toBe('connected');
    if (result.kind === 'connected') expect(result.took).toBeGreaterThan(0);
    await gone;
  });

  test('refused', async () => {
    expect(await tcp(await closedPort())).toEqual({ kind: 'refused' });
  });

  test('an address to bind that is not ours, a port that is none', async () => {
    const port = await serve(() => {});
    const bound = await new Promise((done) =>
      prober.ask({ kind: 'tcp', ...target(port), bindTo: ip('192.0.2.1') }, done),
    );
    expect(bound).toMatchObject({ kind: 'error', detail: expect.stringContaining('EADDRNOTAVAIL') });
    expect(await tcp(70_000)).toMatchObject({ kind: 'error', detail: expect.stringContaining('70000') });
  });

  test('binds to the address it is told', async () => {
    const from = new Promise((seen) => {
      void serve((socket) => seen(socket.remoteAddress)).then((port) =>
        prober.ask({ kind: 'tcp', ...target(port), bindTo: ip('127.0.0.9') }, () => {}),
      );
    });
    expect(await from).toBe('127.0.0.9');
  });
});

describe('HTTP', () => {
  const ok = 'HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello';

  test('asks as keepalived does', async () => {
    let asked = '';
    const port = await serve((socket) =>
      socket.on('data', (data) => {
        asked += data;
        socket.end(ok);
      }),
    );
    const result = await http(port);
    expect(asked).toBe(`GET /ping HTTP/1.0\r\nUser-Agent: KeepAliveClient\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    expect(result).toMatchObject({ kind: 'response', status: 200, md5: '5d41402abc4b2a76b9719d911017c592' });
    if (result.kind === 'response') expect(Buffer.from(result.body).toString()).toBe('hello');
  });

  test('Host is the virtual host where there is one; an IPv6 address stands in brackets', () => {
    const request = { ...target(8080), path: '/', virtualHost: 'www.example.com' };
    expect(requestText(request)).toContain('\r\nHost: www.example.com\r\n');
    expect(requestText({ ...request, virtualHost: undefined, address: ip('2001:db8::1') })).toContain(
      '\r\nHost: [2001:db8::1]:8080\r\n',
    );
  });

  test('does not wait for the close of a server that keeps the connection', async () => {
    expect(await http(await answer(ok))).toMatchObject({ kind: 'response', status: 200 });
  });

  test('an early close after the headers is an answer, and says what is missing', async () => {
    const port = await answer('HTTP/1.0 200 OK\r\nContent-Length: 10\r\n\r\nabc', (socket) => socket.end());
    expect(await http(port)).toMatchObject({ kind: 'response', status: 200, shortBy: 7 });
  });

  test.each([
    ['before the answer', ''],
    ['within the body', 'HTTP/1.0 200 OK\r\n\r\nabc'],
  ])('a reset %s', async (_, text) => {
    const reset = (socket: Socket) => setTimeout(() => socket.resetAndDestroy(), 10);
    expect(await http(await answer(text, reset))).toEqual({ kind: 'reset' });
  });

  test('closed without a word', async () => {
    const port = await serve((socket) => socket.once('data', () => socket.end()));
    expect(await http(port)).toEqual({ kind: 'malformed', detail: 'closed without a word' });
  });

  test('garbage is refused at once, though the server keeps the connection', async () => {
    expect(await http(await answer('220 mail.example.com ESMTP\r\n'))).toEqual({
      kind: 'malformed',
      detail: 'begins with "220 mail.example.com ESM"',
    });
  });

  test('refused', async () => {
    expect(await http(await closedPort())).toEqual({ kind: 'refused' });
  });

  test('a server that hangs', async () => {
    expect(await http(await serve((socket) => socket.resume()), 60)).toEqual({ kind: 'timeout' });
  });

  test('a server that trickles: the time is for the whole probe', async () => {
    const port = await serve((socket) => {
      const letters = 'HTTP/1.0 200 OK\r\nContent-Length: 100\r\n\r\n'.padEnd(100, 'x');
      let next = 0;
      const drip = setInterval(() => socket.write(letters.charAt(next++)), 5);
      socket.resume().on('close', () => clearInterval(drip));
    });
    expect(await http(port, 80)).toEqual({ kind: 'timeout' });
  });

  test('a pause of our own process is not the server’s silence', async () => {
    const port = await answer(ok);
    const result = http(port, 100);
    const until = performance.now() + 300;
    while (performance.now() < until);
    expect(await result).toMatchObject({ kind: 'response', status: 200 });
  });
});

test('cancel closes the connection and silences the answer', async () => {
  let closed = false;
  const port = await serve((socket) => socket.resume().on('close', () => (closed = true)));
  const results: unknown[] = [];
  const cancels = [
    prober.ask({ kind: 'http', ...target(port, 40), path: '/' }, (result) => results.push(result)),
    prober.ask({ kind: 'tcp', ...target(port) }, (result) => results.push(result)),
    prober.ask({ kind: 'tcp', ...target(70_000) }, (result) => results.push(result)),
  ];
  for (const cancel of cancels.slice(1)) cancel();
  await settle(20);
  for (const cancel of cancels) cancel();
  await vi.waitFor(() => expect(closed).toBe(true));
  await settle(60);
  expect(results).toEqual([]);
});

test('200 probes leave no socket behind', async () => {
  let connections = 0;
  const port = await serve((socket) => {
    connections++;
    socket.resume();
  });
  await Promise.all(Array.from({ length: 100 }, () => tcp(port)));
  await Promise.all(Array.from({ length: 100 }, () => http(port, 30)));
  await vi.waitFor(() => expect([connections, servers[0]?.sockets.size]).toEqual([200, 0]));
});
