import type { IpAddress } from '../base/ip.ts';
import type { Duration } from '../base/time.ts';

/**
 * One checker's settings, keepalived's inheritance (virtual server → real server → checker) and defaults applied.
 * Structurally what the configuration model calls `Check`, so that it can be handed over as it is.
 */
export type CheckerConfig = TcpCheckerConfig | HttpCheckerConfig;

export interface CheckTiming {
  readonly address: IpAddress;
  readonly port: number;
  readonly bindTo: IpAddress | undefined;
  /** For one whole probe. */
  readonly connectTimeout: Duration;
  readonly delayLoop: Duration;
  /** Further attempts before a server that was up is called down. */
  readonly retry: number;
  readonly delayBeforeRetry: Duration;
  /** The first check comes after 1 s + a random part of this. */
  readonly warmup: Duration;
  /** Down until proven up. */
  readonly alpha: boolean;
}

export interface TcpCheckerConfig extends CheckTiming {
  readonly kind: 'tcp';
}

export interface HttpCheckerConfig extends CheckTiming {
  readonly kind: 'http';
  /** For the urls that name none of their own. */
  readonly virtualHost: string | undefined;
  /** At least one. */
  readonly urls: readonly UrlConfig[];
}

export interface UrlConfig {
  readonly path: string;
  /** Inclusive; the answer has to fall into one of them. Empty means 200–299. */
  readonly statusCodes: readonly StatusRange[];
  /** 32 hex digits of MD5 over the body. */
  readonly digest: string | undefined;
  readonly virtualHost: string | undefined;
}

export interface StatusRange {
  readonly from: number;
  readonly to: number;
}
