/** Probes over a TCP connection: the connection alone, HTTP with or without TLS, SMTP. */
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { familyOf } from '../base/ip.ts';
import type { SmtpProbeResult, TcpProbeResult } from '../check/probe.ts';
import { smtpDialogue } from '../check/smtp.ts';
import type { Cancel } from '../ports/clock.ts';
import type { ConnectTarget, HttpProbeResult, HttpRequest, ProbeFailure, SmtpRequest } from '../ports/prober.ts';
import { createMatcher } from './answer-match.ts';
import { responseReader } from './http-response.ts';
import { type Attempt, attempt } from './probe-attempt.ts';
import { connectTo } from './probe-sockets.ts';

type Done<T> = (result: T) => void;

export const probeTcp = (target: ConnectTarget, done: Done<TcpProbeResult>): Cancel =>
  overConnection(target, done, (_socket, { finish, took }) => finish({ kind: 'connected', took: took() }));

export const probeSmtp = (request: SmtpRequest, done: Done<SmtpProbeResult>): Cancel =>
  overConnection(request, done, (socket, { finish, took }) => {
    const dialogue = smtpDialogue(request.heloName);
    onLines(socket, finish, (line) => {
      const turn = dialogue.heard(line);
      if (turn.kind === 'send') socket.write(turn.text);
      else if (turn.kind === 'greeted') finish({ kind: 'greeted', took: took() });
      else if (turn.kind !== 'wait') finish(turn);
    });
  });

export const probeHttp = (request: HttpRequest, done: Done<HttpProbeResult>): Cancel =>
  overConnection(request, done, (socket, running) => {
    if (request.tls) greet(socket, request, running);
    else converse(socket, request, running);
  });

/** Connects and calls `talk`; whatever ends the attempt destroys its socket. */
function overConnection<T extends { readonly kind: string }>(
  target: ConnectTarget,
  done: Done<T | ProbeFailure>,
  talk: (socket: Socket, running: Attempt<T | ProbeFailure>) => void,
): Cancel {
  return attempt<T>(target.timeout, done, (running) => {
    const socket = connectTo(target);
    socket.on('error', running.fail);
    socket.once('connect', () => running.over() || talk(socket, running));
    // A fixed source port must not wait for the kernel to let go of it.
    return () => void (target.bindPort && socket.readyState === 'open' ? socket.resetAndDestroy() : socket.destroy());
  });
}

/** TLS as keepalived has it: any certificate will do. */
function greet(raw: Socket, request: HttpRequest, running: Attempt<HttpProbeResult>): void {
  const name = request.tls?.serverName;
  const secure = connectTls({
    socket: raw,
    rejectUnauthorized: false,
    ...(name !== undefined && { servername: name }),
  });
  let shaken = false;
  secure.once('secureConnect', () => {
    shaken = true;
    if (!running.over()) converse(secure, request, running);
  });
  secure.on('error', (error: NodeJS.ErrnoException) => {
    const reset = error.code === 'ECONNRESET' || error.code === 'EPIPE';
    if (shaken && reset) running.fail(error);
    else running.finish({ kind: 'tls', detail: tlsWords(error) });
  });
}

const tlsWords = (error: NodeJS.ErrnoException & { reason?: string }): string =>
  error.reason ?? (error.code === 'ECONNRESET' ? 'the server closed the connection' : error.message.slice(0, 120));

function converse(socket: Socket, request: HttpRequest, { finish, took, over }: Attempt<HttpProbeResult>): void {
  const reader = responseReader();
  const matcher = request.regex && createMatcher(request.regex);
  const settle = (progress: ReturnType<typeof reader.push>): void => {
    if (progress === 'more') return;
    if (progress.kind !== 'response') return finish(progress);
    finish({ ...progress, ...(matcher && { match: matcher.outcome() }), took: took() });
  };
  // TLS goes on telling after the end of the connection below it.
  socket.on('data', (chunk: Buffer) => {
    if (over()) return;
    matcher?.push(chunk);
    settle(reader.push(chunk));
  });
  socket.on('end', () => over() || settle(reader.end()));
  socket.write(requestText(request));
}

/** Byte for byte what keepalived 2.2.7 sends. */
export function requestText(request: HttpRequest): string {
  const address = familyOf(request.address) === 6 ? `[${request.address}]` : request.address;
  const host = request.virtualHost ?? `${address}:${request.port}`;
  const version = request.version ?? '1.0';
  const close = version === '1.0' ? '' : 'Connection: close\r\n';
  return `GET ${request.path} HTTP/${version.slice(0, 3)}\r\nUser-Agent: KeepAliveClient\r\n${close}Host: ${host}\r\n\r\n`;
}

const longestLine = 4096;

function onLines(socket: Socket, finish: (failure: ProbeFailure) => void, heard: (line: string) => void): void {
  let rest = '';
  socket.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) heard(line.replace(/\r$/, ''));
    if (rest.length > longestLine) finish({ kind: 'malformed', detail: 'a line without end' });
  });
  socket.on('end', () =>
    finish({ kind: 'malformed', detail: rest === '' ? 'closed without a word' : 'closed within a line' }),
  );
}
