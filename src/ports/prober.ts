import type { IpAddress } from '../base/ip.ts';
import type { Duration } from '../base/time.ts';
import type { Cancel } from './clock.ts';

export interface ConnectTarget {
  readonly address: IpAddress;
  readonly port: number;
  /** Local address to bind, keepalived's `bindto`. */
  readonly bindTo?: IpAddress | undefined;
  /** For the whole probe: connect, request, response. */
  readonly timeout: Duration;
}

export type ProbeFailure =
  | { readonly kind: 'refused' | 'unreachable' | 'reset' | 'timeout' }
  | { readonly kind: 'malformed'; readonly detail: string }
  | { readonly kind: 'error'; readonly detail: string };

export type TcpProbeResult = { readonly kind: 'connected'; readonly took: Duration } | ProbeFailure;
export type HttpProbeResult =
  | { readonly kind: 'response'; readonly status: number; readonly body: Uint8Array; readonly took: Duration }
  | ProbeFailure;

export interface HttpRequest extends ConnectTarget {
  readonly path: string;
  /** The Host header; undefined means ADDRESS:PORT as keepalived sends it. */
  readonly virtualHost?: string | undefined;
}

export interface Prober {
  tcp(target: ConnectTarget, done: (result: TcpProbeResult) => void): Cancel;
  /** HTTP/1.0 GET, `User-Agent: KeepAliveClient`. The body is kept up to 1 MiB. */
  http(request: HttpRequest, done: (result: HttpProbeResult) => void): Cancel;
}
