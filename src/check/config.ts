import type { IpAddress } from '../base/ip.ts';
import type { Duration } from '../base/time.ts';

/**
 * One checker's settings, keepalived's inheritance (virtual server → real server → checker) and defaults applied.
 * Structurally what the configuration model calls `Check`, so that it can be handed over as it is.
 */
export type CheckerConfig =
  | TcpCheckerConfig
  | HttpCheckerConfig
  | PingCheckerConfig
  | UdpCheckerConfig
  | DnsCheckerConfig
  | SmtpCheckerConfig
  | ScriptCheckerConfig
  | FileCheckerConfig
  | SessionCheckerConfig;

/** When a checker asks, and how much it forgives. */
export interface CheckSchedule {
  readonly delayLoop: Duration;
  /** Further attempts before a server that was up is called down. */
  readonly retry: number;
  readonly delayBeforeRetry: Duration;
  /** The first check comes after 1 s + a random part of this. */
  readonly warmup: Duration;
  /** Down until proven up. */
  readonly alpha: boolean;
}

/** Where a checker asks, and from where. */
export interface CheckConnection {
  readonly address: IpAddress;
  readonly port: number;
  readonly bindTo?: IpAddress | undefined;
  readonly bindPort?: number | undefined;
  /** Interface that the packets leave by. */
  readonly bindInterface?: string | undefined;
  /** Firewall mark of the packets. */
  readonly mark?: number | undefined;
  /** For one whole probe. */
  readonly connectTimeout: Duration;
}

export type CheckTiming = CheckSchedule & CheckConnection;

export interface TcpCheckerConfig extends CheckTiming {
  readonly kind: 'tcp';
}

export interface HttpCheckerConfig extends CheckTiming {
  readonly kind: 'http';
  /** SSL_GET: over TLS. Certificates are not verified, as in keepalived. */
  readonly tls?: TlsConfig | undefined;
  /** `1.0C` and `1.1` ask the server to close. */
  readonly version?: HttpVersion | undefined;
  /** No waiting while the first round, or the one after a failure, is under way. */
  readonly fastRecovery?: boolean | undefined;
  /** For the urls that name none of their own. */
  readonly virtualHost: string | undefined;
  /** At least one. */
  readonly urls: readonly UrlConfig[];
}

export type HttpVersion = '1.0' | '1.0C' | '1.1';

export interface TlsConfig {
  /** `enable_sni`: the virtual host, or `sni_name`, is named in the greeting. */
  readonly sni: boolean;
  readonly sniName: string | undefined;
}

export interface UrlConfig {
  readonly path: string;
  /** Inclusive; the answer has to fall into one of them. Empty means 200–299. */
  readonly statusCodes: readonly StatusRange[];
  /** 32 hex digits of MD5 over the body. */
  readonly digest: string | undefined;
  readonly virtualHost: string | undefined;
  readonly regex?: RegexConfig | undefined;
}

export interface StatusRange {
  readonly from: number;
  readonly to: number;
}

/**
 * What the answer has to match, headers included as in keepalived, in JavaScript's syntax (the configuration translates
 * PCRE2). Offsets are bytes.
 */
export interface RegexConfig {
  readonly source: string;
  readonly flags: string;
  /** `regex_no_match`: a match is the failure. */
  readonly unwanted: boolean;
  readonly minOffset: number;
  /** The last position where a match may begin. */
  readonly maxOffset: number | undefined;
}

export interface PingCheckerConfig extends CheckTiming {
  readonly kind: 'ping';
}

export interface UdpCheckerConfig extends CheckTiming {
  readonly kind: 'udp';
  /** Bytes to send; undefined: 32 random ones. */
  readonly payload: readonly number[] | undefined;
  /** Undefined: silence is as good as an answer, only a closed port is a failure. */
  readonly reply: UdpReply | undefined;
}

export interface UdpReply {
  /** Compared for as long as both last; the bits of `mask` count. */
  readonly bytes: readonly { readonly value: number; readonly mask: number }[];
  readonly minLength: number;
  readonly maxLength: number;
}

export interface DnsCheckerConfig extends CheckTiming {
  readonly kind: 'dns';
  readonly type: number;
  readonly name: string;
}

export interface SmtpCheckerConfig extends CheckTiming {
  readonly kind: 'smtp';
  readonly heloName: string;
}

export interface ScriptCheckerConfig extends CheckSchedule {
  readonly kind: 'script';
  readonly argv: readonly string[];
  readonly user: string | undefined;
  readonly group: string | undefined;
  readonly timeout: Duration;
  /** `misc_dynamic`: exit codes from 2 set the weight to code − 2. */
  readonly dynamic: boolean;
}

export interface FileCheckerConfig extends CheckSchedule {
  readonly kind: 'file';
  readonly path: string;
  /** 0: any number but 0 is a failure; else number × weight is added to the server's weight. */
  readonly weight: number;
  readonly reverse: boolean;
}

/** BFD_CHECK: up while the BFD session of this name is. It asks again at once, and is answered when that has changed. */
export interface SessionCheckerConfig extends CheckSchedule {
  readonly kind: 'bfd';
  readonly session: string;
}
