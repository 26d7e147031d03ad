/**
 * Health checks over node's own sockets. The request is written by hand: keepalived asks in HTTP/1.0 by default, and
 * servers (and their logs) are to see no difference; node:http can only speak 1.1.
 */
import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { familyOf } from '../base/ip.ts';
import { milliseconds } from '../base/time.ts';
import type { Cancel } from '../ports/clock.ts';
import type { ConnectTarget, HttpProbeResult, HttpRequest, ProbeFailure, Prober } from '../ports/prober.ts';
import { responseReader } from './http-response.ts';

export function createProber(): Prober {
  return {
    tcp: (target, done) =>
      attempt(target, done, (_socket, took, finish) => finish({ kind: 'connected', took: took() })),
    http: (request, done) => attempt<HttpProbeResult>(request, done, (...call) => converse(request, ...call)),
  };
}

type Took = () => ReturnType<typeof milliseconds>;
type Finish<T> = (result: T | ProbeFailure) => void;

/** Connects and calls `talk`; whatever ends the attempt destroys its socket. */
function attempt<T>(
  target: ConnectTarget,
  done: (result: T | ProbeFailure) => void,
  talk: (socket: Socket, took: Took, finish: Finish<T>) => void,
): Cancel {
  const start = performance.now();
  const took: Took = () => milliseconds(performance.now() - start);
  let socket: Socket | undefined;
  let over = false;
  const end = (): void => {
    over = true;
    stopTimer();
    socket?.destroy();
  };
  const finish: Finish<T> = (result) => {
    if (over) return;
    end();
    done(result);
  };
  const stopTimer = afterRunning(target.timeout, () => finish({ kind: 'timeout' }));
  try {
    socket = connect({
      host: target.address,
      port: target.port,
      family: familyOf(target.address),
      ...(target.bindTo === undefined ? {} : { localAddress: target.bindTo }),
    });
    socket.on('error', (error: NodeJS.ErrnoException) => finish(failureOf(error)));
    const connected = socket;
    socket.once('connect', () => over || talk(connected, took, finish));
  } catch (error) {
    setImmediate(finish, { kind: 'error', detail: (error as Error).message });
  }
  return end;
}

function converse(request: HttpRequest, socket: Socket, took: Took, finish: Finish<HttpProbeResult>): void {
  const reader = responseReader();
  const settle = (progress: ReturnType<typeof reader.push>): void => {
    if (progress === 'more') return;
    finish(progress.kind === 'response' ? { ...progress, took: took() } : progress);
  };
  socket.on('data', (chunk) => settle(reader.push(chunk)));
  socket.on('end', () => settle(reader.end()));
  socket.write(requestText(request));
}

/** Byte for byte what keepalived 2.2.7 sends with `http_protocol 1.0`. */
export function requestText(request: HttpRequest): string {
  const address = familyOf(request.address) === 6 ? `[${request.address}]` : request.address;
  const host = request.virtualHost ?? `${address}:${request.port}`;
  return `GET ${request.path} HTTP/1.0\r\nUser-Agent: KeepAliveClient\r\nHost: ${host}\r\n\r\n`;
}

/** More than this and the process itself did not run. */
const tolerableLateness = 50;

/**
 * Rings after `wait` ms in which this process ran: a pause of our own must not look like a dead server, so what the
 * sockets hold by then is taken first, and as much time is granted again as was lost.
 */
function afterRunning(wait: number, ring: () => void): Cancel {
  let deadline = performance.now() + wait;
  let timer = setTimeout(expire, wait);
  let immediate: NodeJS.Immediate | undefined;
  function expire(): void {
    const late = performance.now() - deadline;
    if (late <= tolerableLateness) {
      immediate = setImmediate(ring);
      return;
    }
    const grace = Math.min(late, wait);
    deadline = performance.now() + grace;
    timer = setTimeout(expire, grace);
  }
  return () => {
    clearTimeout(timer);
    clearImmediate(immediate);
  };
}

function failureOf(error: NodeJS.ErrnoException): ProbeFailure {
  switch (error.code) {
    case 'ECONNREFUSED':
      return { kind: 'refused' };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
    case 'ENETDOWN':
      return { kind: 'unreachable' };
    case 'ECONNRESET':
    case 'EPIPE':
      return { kind: 'reset' };
    case 'ETIMEDOUT':
      return { kind: 'timeout' };
    case 'EMFILE':
    case 'ENFILE':
    case 'ENOMEM':
    case 'ENOBUFS':
      return { kind: 'not-asked', detail: error.message };
    default:
      return { kind: 'error', detail: error.message };
  }
}
