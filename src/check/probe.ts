import type { IpAddress } from '../base/ip.ts';
import type { Duration } from '../base/time.ts';

/** What a checker asks of a server, and what can come back. The port `prober` carries it. */
export interface ConnectTarget {
  readonly address: IpAddress;
  readonly port: number;
  /** Local address to bind, keepalived's `bindto`. */
  readonly bindTo?: IpAddress | undefined;
  /** For the whole probe: connect, request, response. */
  readonly timeout: Duration;
}

export interface HttpRequest extends ConnectTarget {
  readonly path: string;
  /** The Host header; undefined means ADDRESS:PORT as keepalived sends it. */
  readonly virtualHost?: string | undefined;
}

export type ProbeFailure =
  | { readonly kind: 'refused' | 'unreachable' | 'reset' | 'timeout' }
  /** The server answered, but not in HTTP; `detail` says what was wrong. */
  | { readonly kind: 'malformed'; readonly detail: string }
  /** The system call failed for another reason, for example an address to bind that is not ours. */
  | { readonly kind: 'error'; readonly detail: string }
  /** This machine lacks descriptors or memory: says nothing of the server, and is not held against it. */
  | { readonly kind: 'not-asked'; readonly detail: string };

export type TcpProbeResult = { readonly kind: 'connected'; readonly took: Duration } | ProbeFailure;
export type HttpProbeResult =
  | {
      readonly kind: 'response';
      readonly status: number;
      /** At most the first 1 MiB. */
      readonly body: Uint8Array;
      /** MD5 over the whole body, 32 lower-case hex digits. */
      readonly md5: string;
      /** Bytes that Content-Length announced and that did not come before the server closed. */
      readonly shortBy?: number | undefined;
      readonly took: Duration;
    }
  | ProbeFailure;
export type ProbeResult = TcpProbeResult | HttpProbeResult;
