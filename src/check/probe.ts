import type { IpAddress } from '../base/ip.ts';
import type { Duration } from '../base/time.ts';
import type { HttpVersion, RegexConfig } from './config.ts';

/** What a checker asks of a server, and what can come back. The port `prober` carries it. */
export interface ConnectTarget {
  readonly address: IpAddress;
  readonly port: number;
  /** Local address to bind, keepalived's `bindto`. */
  readonly bindTo?: IpAddress | undefined;
  readonly bindPort?: number | undefined;
  readonly bindInterface?: string | undefined;
  readonly mark?: number | undefined;
  /** For the whole probe: connect, request, response. */
  readonly timeout: Duration;
}

export interface HttpRequest extends ConnectTarget {
  readonly path: string;
  /** The Host header; undefined means ADDRESS:PORT as keepalived sends it. */
  readonly virtualHost?: string | undefined;
  /** 1.0 where nothing is said. */
  readonly version?: HttpVersion | undefined;
  /** Present: over TLS, with this name in the greeting where there is one. */
  readonly tls?: { readonly serverName: string | undefined } | undefined;
  /** To be looked for in the body. */
  readonly regex?: RegexConfig | undefined;
}

export interface UdpRequest extends ConnectTarget {
  /** Undefined: 32 random bytes. */
  readonly payload: readonly number[] | undefined;
}

export interface DnsRequest extends ConnectTarget {
  readonly name: string;
  readonly type: number;
}

export interface SmtpRequest extends ConnectTarget {
  readonly heloName: string;
}

export interface ScriptRequest {
  readonly argv: readonly string[];
  readonly user: string | undefined;
  readonly group: string | undefined;
  readonly timeout: Duration;
}

/** What goes to the prober: everything but scripts. */
export type NetworkRequest =
  | ({ readonly kind: 'tcp' } & ConnectTarget)
  | ({ readonly kind: 'http' } & HttpRequest)
  | ({ readonly kind: 'ping' } & ConnectTarget)
  | ({ readonly kind: 'udp' } & UdpRequest)
  | ({ readonly kind: 'dns' } & DnsRequest)
  | ({ readonly kind: 'smtp' } & SmtpRequest)
  | { readonly kind: 'file'; readonly path: string };
/** Answered as soon as the session is not what was `seen` of it; undefined: nothing yet. */
export interface SessionRequest {
  readonly session: string;
  readonly seen: boolean | undefined;
}
export type ProbeRequest =
  | NetworkRequest
  | ({ readonly kind: 'script' } & ScriptRequest)
  | ({ readonly kind: 'bfd' } & SessionRequest);

export type ProbeFailure =
  | { readonly kind: 'refused' | 'unreachable' | 'reset' | 'timeout' }
  /** The server answered, but not in its protocol; `detail` says what was wrong. */
  | { readonly kind: 'malformed'; readonly detail: string }
  /** The TLS handshake failed. */
  | { readonly kind: 'tls'; readonly detail: string }
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
      /** Where a regex was asked for; `too-long`: matching was given up. */
      readonly match?: 'found' | 'absent' | 'too-long' | undefined;
      readonly took: Duration;
    }
  | ProbeFailure;
export type PingProbeResult = { readonly kind: 'echoed'; readonly took: Duration } | ProbeFailure;
export type UdpProbeResult =
  | { readonly kind: 'reply'; readonly bytes: Uint8Array; readonly took: Duration }
  /** Nothing came within the timeout, not even that the port is closed. */
  | { readonly kind: 'silence' }
  | ProbeFailure;
/** `rcode` of an answer to our question. */
export type DnsProbeResult =
  | { readonly kind: 'answer'; readonly rcode: number; readonly took: Duration }
  | ProbeFailure;
export type SmtpProbeResult =
  | { readonly kind: 'greeted'; readonly took: Duration }
  /** `line` is what the server said to `at`. */
  | { readonly kind: 'unwelcome'; readonly at: 'connect' | 'HELO'; readonly line: string }
  | ProbeFailure;
export type ScriptProbeResult =
  | { readonly kind: 'exited'; readonly code: number; readonly output: string; readonly took: Duration }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'killed'; readonly signal: string }
  | { readonly kind: 'not-started'; readonly detail: string };
export type FileProbeResult =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'unreadable'; readonly detail: string };
export type NetworkResult =
  | TcpProbeResult
  | HttpProbeResult
  | PingProbeResult
  | UdpProbeResult
  | DnsProbeResult
  | SmtpProbeResult
  | FileProbeResult;
export interface SessionProbeResult {
  readonly kind: 'session';
  readonly up: boolean;
  readonly detail: string;
}
export type ProbeResult = NetworkResult | ScriptProbeResult | SessionProbeResult;
