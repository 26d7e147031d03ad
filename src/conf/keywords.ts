/** The one table of keepalived's keywords: what the parser, the messages and the documentation know. */
import type { Context, Keyword, Keywords } from './keyword.ts';
import { CHECK_BLOCKS } from './keywords-check.ts';
import { GLOBAL_KEYWORDS, ROOT_KEYWORDS } from './keywords-global.ts';
import { INSTANCE_KEYWORDS, VRRP_BLOCKS } from './keywords-vrrp.ts';

export const ROOT: Context = 'root';

const TABLE: Readonly<Record<Context, Keywords>> = {
  root: ROOT_KEYWORDS,
  list: {},
  global_defs: GLOBAL_KEYWORDS,
  vrrp_instance: INSTANCE_KEYWORDS,
  ...VRRP_BLOCKS,
  ...CHECK_BLOCKS,
};

export const INCLUDES: ReadonlySet<string> = new Set([
  'include',
  'includer',
  'includem',
  'includew',
  'includeb',
  'includea',
]);

/** Contexts whose lines are free words: names, addresses, routes. */
const FREE: ReadonlySet<Context> = new Set<Context>(['list', 'virtual_server_group']);
export const isFree = (context: Context): boolean => FREE.has(context);

/** The keyword as `context` understands it. */
export function lookup(context: Context, name: string): Keyword | undefined {
  const keywords = TABLE[context];
  return Object.hasOwn(keywords, name) ? keywords[name] : undefined;
}

export const isAllowed = (context: Context, name: string): boolean =>
  isFree(context) || INCLUDES.has(name) || lookup(context, name) !== undefined;

export const namesIn = (context: Context): string[] => Object.keys(TABLE[context]);

/** The context inside `name { … }` where it stands in `outer`; undefined where that is not known to be a block. */
export function within(outer: Context | undefined, name: string | undefined): Context | undefined {
  if (outer === undefined || name === undefined) return undefined;
  const kind = lookup(outer, name)?.kind;
  return kind?.type === 'block' ? kind.context : undefined;
}

const PARENTS = new Map<string, Context[]>();
for (const [context, keywords] of Object.entries(TABLE)) {
  for (const name of Object.keys(keywords)) PARENTS.set(name, [...(PARENTS.get(name) ?? []), context as Context]);
}

/** Every context that knows `name`. */
export const parentsOf = (name: string): readonly Context[] => PARENTS.get(name) ?? [];

/** A block that can only stand at the root: seen inside another one, that one lacks its `}`. */
export function isRootBlock(name: string): boolean {
  const parents = parentsOf(name);
  return parents.length === 1 && parents[0] === ROOT && within(ROOT, name) !== undefined;
}

export interface KeywordRow extends Keyword {
  readonly name: string;
  readonly parent: Context;
}

/** The table flat, for documentation: one row per keyword and block that it may stand in. */
export const KEYWORDS: readonly KeywordRow[] = Object.entries(TABLE).flatMap(([parent, keywords]) =>
  Object.entries(keywords).map(([name, keyword]) => ({ name, parent: parent as Context, ...keyword })),
);
