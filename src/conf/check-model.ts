/** Checkers as keepalived.conf describes them, its inheritance and defaults applied. */
import type { IpAddress } from '../base/ip.ts';
import type { Duration } from '../base/time.ts';

export interface CheckSchedule {
  readonly delayLoop: Duration;
  readonly retry: number;
  readonly delayBeforeRetry: Duration;
  /** The first check comes after 1 s + a random part of this. */
  readonly warmup: Duration;
  readonly alpha: boolean;
}

export interface CheckConnection {
  readonly address: IpAddress;
  readonly port: number;
  readonly bindTo: IpAddress | undefined;
  readonly bindPort: number | undefined;
  readonly bindInterface: string | undefined;
  readonly mark: number | undefined;
  readonly connectTimeout: Duration;
}

export type CheckTiming = CheckSchedule & CheckConnection;

export type Check =
  | (CheckTiming & { readonly kind: 'tcp' | 'ping' })
  | HttpCheck
  | UdpCheck
  | (CheckTiming & { readonly kind: 'dns'; readonly type: number; readonly name: string })
  | (CheckTiming & { readonly kind: 'smtp'; readonly heloName: string })
  | ScriptCheck
  | FileCheck
  | BfdCheck;

export interface HttpCheck extends CheckTiming {
  readonly kind: 'http';
  /** SSL_GET. */
  readonly tls: { readonly sni: boolean; readonly sniName: string | undefined } | undefined;
  readonly version: '1.0' | '1.0C' | '1.1';
  readonly fastRecovery: boolean;
  readonly virtualHost: string | undefined;
  readonly urls: readonly HttpUrl[];
}

export interface HttpUrl {
  readonly path: string;
  /** Inclusive ranges; keepalived's default is 200–299. */
  readonly statusCodes: readonly { readonly from: number; readonly to: number }[];
  /** 32 hex digits of MD5 over the body. */
  readonly digest: string | undefined;
  readonly virtualHost: string | undefined;
  /** In JavaScript's syntax; offsets are bytes of the answer. */
  readonly regex:
    | {
        readonly source: string;
        readonly flags: string;
        readonly unwanted: boolean;
        readonly minOffset: number;
        readonly maxOffset: number | undefined;
      }
    | undefined;
}

export interface UdpCheck extends CheckTiming {
  readonly kind: 'udp';
  readonly payload: readonly number[] | undefined;
  /** Undefined: none is required. */
  readonly reply:
    | {
        readonly bytes: readonly { readonly value: number; readonly mask: number }[];
        readonly minLength: number;
        readonly maxLength: number;
      }
    | undefined;
}

export interface ScriptCheck extends CheckSchedule {
  readonly kind: 'script';
  readonly argv: readonly string[];
  /** Undefined: script_user. */
  readonly user: string | undefined;
  readonly group: string | undefined;
  readonly timeout: Duration;
  readonly dynamic: boolean;
}

/** `session` is the name of a bfd_instance. */
export interface BfdCheck extends CheckSchedule {
  readonly kind: 'bfd';
  readonly session: string;
}

export interface FileCheck extends CheckSchedule {
  readonly kind: 'file';
  readonly path: string;
  readonly weight: number;
  readonly reverse: boolean;
}
