/** One row of the keyword table, and the short words that the table is written in. */
import type { Severity } from './diagnostic.ts';

/** Where a keyword may stand: the root, a block by its keyword, `list` (lines of free words). */
export type Context =
  | 'root'
  | 'list'
  | 'global_defs'
  | 'SSL'
  | 'track_group'
  | 'vrrp_script'
  | 'vrrp_track_process'
  | 'track_file'
  | 'vrrp_sync_group'
  | 'vrrp_instance'
  | 'authentication'
  | 'auth_hmac'
  | 'bfd_instance'
  | 'garp_group'
  | 'virtual_server_group'
  | 'virtual_server'
  | 'real_server'
  | 'TCP_CHECK'
  | 'HTTP_GET'
  | 'url'
  | 'SMTP_CHECK'
  | 'host'
  | 'DNS_CHECK'
  | 'MISC_CHECK'
  | 'UDP_CHECK'
  | 'PING_CHECK'
  | 'FILE_CHECK'
  | 'BFD_CHECK';

/** What follows the keyword. Numbers outside their range are reported and then ignored or clamped, as keepalived does. */
export type Kind =
  | { readonly type: 'flag' }
  | { readonly type: 'boolean' }
  | {
      readonly type: 'integer' | 'seconds' | 'milliseconds';
      readonly min: number;
      readonly max: number;
      readonly outside: 'ignore' | 'clamp';
      readonly severity: Severity;
      /** The value may be left out. */
      readonly optional: boolean;
    }
  | { readonly type: 'choice'; readonly of: readonly string[] }
  | { readonly type: 'address' }
  | { readonly type: 'word' }
  /** Any number of words; the binder reads them. */
  | { readonly type: 'words'; readonly atLeast: number }
  | { readonly type: 'command' }
  | { readonly type: 'block'; readonly context: Context; readonly named: boolean };

export interface Keyword {
  readonly kind: Kind;
  /** What it is and does, in one sentence. */
  readonly sentence: string;
  /** As keepalived has it, in words; undefined where there is none. */
  readonly default: string | undefined;
  /** Whether hatop does today what it says. */
  readonly acted: boolean;
  /** What to write instead. */
  readonly deprecated: string | undefined;
}

export type Keywords = Readonly<Record<string, Keyword>>;

/** hatop acts on it. */
export const acts = (kind: Kind, sentence: string, byDefault?: string): Keyword => ({
  kind,
  sentence,
  default: byDefault,
  acted: true,
  deprecated: undefined,
});
/** hatop reads it and does not act on it yet. */
export const reads = (kind: Kind, sentence: string, byDefault?: string): Keyword => ({
  ...acts(kind, sentence, byDefault),
  acted: false,
});
export const deprecated = (keyword: Keyword, instead: string): Keyword => ({ ...keyword, deprecated: instead });

export const flag: Kind = { type: 'flag' };
export const boolean: Kind = { type: 'boolean' };
export const address: Kind = { type: 'address' };
export const word: Kind = { type: 'word' };
export const words: Kind = { type: 'words', atLeast: 1 };
export const maybeWords: Kind = { type: 'words', atLeast: 0 };
export const command: Kind = { type: 'command' };
export const list: Kind = { type: 'block', context: 'list', named: false };
export const choice = (...of: string[]): Kind => ({ type: 'choice', of });
export const block = (context: Context): Kind => ({ type: 'block', context, named: false });
export const named = (context: Context): Kind => ({ type: 'block', context, named: true });

type NumberOptions = {
  readonly outside?: 'ignore' | 'clamp';
  readonly severity?: Severity;
  readonly optional?: boolean;
};
const numeric = (
  type: 'integer' | 'seconds' | 'milliseconds',
  min: number,
  max: number,
  options: NumberOptions = {},
): Kind => ({
  type,
  min,
  max,
  outside: options.outside ?? 'ignore',
  severity: options.severity ?? 'warning',
  optional: options.optional ?? false,
});
export const integer = (min: number, max: number, options?: NumberOptions): Kind =>
  numeric('integer', min, max, options);
/** Decimal seconds in the file, a Duration once bound. */
export const secs = (min: number, max: number, options?: NumberOptions): Kind => numeric('seconds', min, max, options);
/** Decimal milliseconds in the file, a Duration once bound. */
export const millis = (min: number, max: number): Kind => numeric('milliseconds', min, max);

export const ANY = 2_147_483_647;
/** The longest time that makes sense where keepalived has no limit of its own: a year. */
export const YEAR = 31_536_000;
