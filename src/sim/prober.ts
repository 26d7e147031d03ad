/** Real servers that are not there: each address and port answers what a test or a demo tells it to, when it is asked. */
import { createHash } from 'node:crypto';
import { after, type Duration, milliseconds } from '../base/time.ts';
import type { Alarms, Cancel, Clock } from '../ports/clock.ts';
import type {
  ConnectTarget,
  HttpProbeResult,
  HttpRequest,
  ProbeFailure,
  Prober,
  TcpProbeResult,
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

  /** Calls `done` after the server's latency, or at the timeout if that is sooner. */
  function ask<T>(
    target: ConnectTarget,
    answer: (server: Extract<SimServer, { kind: 'up' }>, took: Duration) => T,
    done: (result: T | ProbeFailure) => void,
  ): Cancel {
    const server = servers.get(key(target.address, target.port)) ?? { kind: 'down' };
    const latency = server.latency ?? usualLatency;
    const silent = server.kind === 'down' && server.how === 'timeout';
    const start = clock.now();
    if (silent || latency > target.timeout) {
      return alarms.at(after(start, target.timeout), () => done({ kind: 'timeout' }));
    }
    const result: T | ProbeFailure = server.kind === 'up' ? answer(server, latency) : { kind: server.how ?? 'refused' };
    return alarms.at(after(start, latency), () => done(result));
  }

  return {
    tcp: (target, done) => ask<TcpProbeResult>(target, (_server, took) => ({ kind: 'connected', took }), done),
    http: (request, done) => ask<HttpProbeResult>(request, (server, took) => response(server, request, took), done),
    setServer: (address, port, server) => void servers.set(key(address, port), server),
  };
}

const key = (address: string, port: number): string => `${address} ${port}`;

function response(server: Extract<SimServer, { kind: 'up' }>, request: HttpRequest, took: Duration): HttpProbeResult {
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
