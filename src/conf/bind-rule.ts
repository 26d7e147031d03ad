/** The lines of `virtual_rules` and `static_rules`: ip-rule(8)'s grammar, as far as hatop acts on it. */
import type { Family } from '../base/ip.ts';
import { describeRouting, type Rule } from '../base/routing.ts';
import type { Report } from './diagnostic.ts';
import { bindEach, type ConfiguredRouting, type RoutingContext, Words } from './routing-words.ts';
import { type Line, spanOf, type Word } from './statement.ts';

/** keepalived's, whose meaning would be lost. */
const NOT_ACTED = new Set(
  `not tos dsfield goto nop realms suppress_prefixlength suppress_ifgroup suppress_group tun_id uidrange l3mdev protocol
  ip_proto ipproto sport dport track_group`.split(/\s+/),
);
const KNOWN = `from to table lookup priority preference order fwmark iif dev oif blackhole unreachable prohibit no_track`;

type Draft = { -readonly [K in keyof Omit<Rule, 'kind' | 'priority' | 'action' | 'family'>]: Rule[K] } & {
  action: Rule['action'] | undefined;
  priority: number | undefined;
  tracked: boolean;
  families: Set<Family>;
};

export const bindRules = (lines: readonly Line[], context: RoutingContext, report: Report): ConfiguredRouting[] =>
  bindEach(lines, (line) => bindRule(line, context, report));

function bindRule(line: Line, context: RoutingContext, report: Report): ConfiguredRouting {
  const words = new Words(line, 'rule', report);
  const draft: Draft = {
    from: undefined,
    to: undefined,
    mark: undefined,
    incoming: undefined,
    outgoing: undefined,
    action: undefined,
    priority: undefined,
    tracked: true,
    families: new Set(),
  };
  for (let word = words.next(); word; word = words.next()) readWord(word, draft, words, context);
  const { action, priority: written, tracked, families, ...rest } = draft;
  if (families.size > 1) words.wrongLine('a rule has addresses of one family', 'IPv4 or IPv6, not both');
  if (!action) return words.wrongLine('a rule needs a table', 'write `table N`, or blackhole, unreachable or prohibit');
  const family = families.has(6) ? 6 : 4;
  const priority = written ?? defaultPriority(line, context.nextPriority(family), report);
  const entry: Rule = { kind: 'rule', family, priority, ...rest, action };
  const names = [rest.incoming, rest.outgoing].flatMap((name) => name ?? []);
  return { name: describeRouting(entry), entry, tracked: tracked ? [...new Set(names)] : [], span: spanOf(line) };
}

const ENDS = { from: true, to: true } as const;
const isEnd = (text: string): text is keyof typeof ENDS => Object.hasOwn(ENDS, text);

function readWord(word: Word, draft: Draft, words: Words, context: RoutingContext): void {
  if (isEnd(word.text)) {
    const { network, family } = words.network(words.value(word));
    if (family) draft.families.add(family);
    draft[word.text] = network;
    return;
  }
  switch (word.text) {
    case 'table':
    case 'lookup':
      draft.action = { table: words.table(word, context) };
      return;
    case 'blackhole':
    case 'unreachable':
    case 'prohibit':
      draft.action = word.text;
      return;
    case 'priority':
    case 'preference':
    case 'order':
      draft.priority = words.number(word, 0, 0xffff_ffff);
      return;
    case 'fwmark':
      draft.mark = readMark(words.value(word), words);
      return;
    case 'iif':
    case 'dev':
      draft.incoming = words.value(word).text;
      return;
    case 'oif':
      draft.outgoing = words.value(word).text;
      return;
    case 'no_track':
      draft.tracked = false;
      return;
    case 'inet':
    case 'inet6':
      draft.families.add(word.text === 'inet6' ? 6 : 4);
      return;
    default:
      if (NOT_ACTED.has(word.text)) words.notActed(word);
      words.unknown(word, KNOWN.split(' '));
  }
}

/** `VALUE[/MASK]`, decimal or hexadecimal. */
function readMark(word: Word, words: Words): Rule['mark'] {
  const match = /^(0x[\da-f]+|\d+)(?:\/(0x[\da-f]+|\d+))?$/i.exec(word.text);
  const [value, mask] = [Number(match?.[1]), Number(match?.[2] ?? 0xffff_ffff)];
  if (match && value <= 0xffff_ffff && mask <= 0xffff_ffff) return { value, mask };
  return words.wrong('bad-value', `\`${word.text}\` is not a firewall mark`, word.span, 'write `N` or `N/MASK`');
}

function defaultPriority(line: Line, priority: number, report: Report): number {
  const message = `the rule has no priority: ${priority} is used`;
  const hint = 'write `priority N`, so that its place among the rules is yours to say';
  report({ code: 'defaulted', severity: 'warning', message, span: spanOf(line), hint });
  return priority;
}
