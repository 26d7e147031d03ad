/** Real servers that are not there: each address and port answers what a test or a demo tells it to, when it is asked. */
import { createHash } from 'node:crypto';
import { after, type Duration, milliseconds } from '../base/time.ts';
import type { Alarms, Clock } from '../ports/clock.ts';
import type {
  HttpProbeResult,
  HttpRequest,
  NetworkRequest,
  NetworkResult,
  ProbeFailure,
  Prober,
} from '../ports/prober.ts';

export interface SimPage {
  readonly status?: number | undefined;
  readonly body?: string | undefined;
}

export type SimServer =
  /** Answers every path with `status` (200) and `body` (empty), but those in `pages` with theirs. */
  | (SimPage & {
      readonly kind: 'up';
      readonly pages?: Readonly<Record<string, SimPage>> | undefined;
      readonly latency?: Duration | undefined;
    })
  /** `timeout`: never answers. The default is `refused`. */
  | {
      readonly kind: 'down';
      readonly how?: 'refused' | 'unreachable' | 'reset' | 'timeout' | undefined;
      readonly latency?: Duration | undefined;
    };

export interface SimProber extends Prober {
  /** From now on; what is under way is answered as it was when it began. */
  setServer(address: string, port: number, server: SimServer): void;
}

const usualLatency = milliseconds(1);

/** Where no server was set the connection is refused. */
export function createSimProber(alarms: Alarms, clock: Clock): SimProber {
  const servers = new Map<string, SimServer>();

  return {
    /** Answers after the server's latency, or at the timeout if that is sooner. */
    ask(request, done) {
      const start = clock.now();
      if (request.kind === 'file') {
        return alarms.at(after(start, usualLatency), () => done({ kind: 'unreadable', detail: 'ENOENT' }));
      }
      const server = servers.get(key(request.address, request.port)) ?? { kind: 'down' };
      const latency = server.latency ?? usualLatency;
      const silent = server.kind === 'down' && server.how === 'timeout';
      if (silent || latency > request.timeout) {
        return alarms.at(after(start, request.timeout), () => done({ kind: 'timeout' }));
      }
      const result: NetworkResult | ProbeFailure =
        server.kind === 'up' ? answer(server, request, latency) : { kind: server.how ?? 'refused' };
      return alarms.at(after(start, latency), () => done(result));
    },
    setServer: (address, port, server) => void servers.set(key(address, port), server),
  };
}

type Serving = Extract<SimServer, { kind: 'up' }>;

function answer(server: Serving, request: Exclude<NetworkRequest, { kind: 'file' }>, took: Duration): NetworkResult {
  switch (request.kind) {
    case 'http':
      return response(server, request, took);
    case 'ping':
      return { kind: 'echoed', took };
    case 'udp':
      return { kind: 'reply', bytes: new TextEncoder().encode(server.body ?? ''), took };
    case 'dns':
      return { kind: 'answer', rcode: 0, took };
    case 'smtp':
      return { kind: 'greeted', took };
    case 'tcp':
      return { kind: 'connected', took };
  }
}

const key = (address: string, port: number): string => `${address} ${port}`;

function response(server: Serving, request: HttpRequest, took: Duration): HttpProbeResult {
  const page = server.pages?.[request.path] ?? server;
  const body = Buffer.from(page.body ?? '');
  return {
    kind: 'response',
    status: page.status ?? 200,
    body,
    md5: createHash('md5').update(body).digest('hex'),
    took,
  };
}
