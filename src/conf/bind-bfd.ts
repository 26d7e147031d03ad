/** `bfd_instance`: a BFD session with its neighbour, and BFD_CHECK, which asks one. */
import { familyOf } from '../base/ip.ts';
import { seconds } from '../base/time.ts';
import type { Surroundings } from './bind-check.ts';
import { reportNameless } from './bind-script.ts';
import { type Binder, type Entry, readBlock, type Values } from './block.ts';
import type { Check } from './check-model.ts';
import type { BfdInstance } from './model.ts';
import { type Line, spanOf, type Word } from './statement.ts';
import { suggest } from './suggest.ts';
import { readWeight } from './values.ts';

/** keepalived's own: it sends IPv6 with less than RFC 5881 asks for, and so takes less. */
const TTL = { 4: 255, 6: 64 } as const;
const ANY_HOPS = 255;

/** By name. Of two that have one name, or one neighbour and source, the first counts, as in keepalived. */
export function bindBfdInstances(root: Values, binder: Binder): ReadonlyMap<string, BfdInstance> {
  const bound = new Map<string, BfdInstance>();
  for (const entry of root.all('bfd_instance')) {
    const instance = bindBfd(entry, binder);
    if (!instance) continue;
    const { name, neighbor, source, span } = instance;
    const twice = [...bound.values()].find(
      (one) => one.name === name || (one.neighbor === neighbor && (one.source ?? source) === (source ?? one.source)),
    );
    if (!twice) {
      bound.set(name, instance);
      continue;
    }
    const what = twice.name === name ? 'is defined twice' : `has the neighbour and source of \`${twice.name}\``;
    const message = `bfd_instance \`${name}\` ${what}, on line ${twice.span.line}`;
    binder.report({ code: 'duplicate', severity: 'warning', message, span, hint: 'the first one counts' });
  }
  return bound;
}

function bindBfd({ line }: Entry, binder: Binder): BfdInstance | undefined {
  const [name] = line.args;
  if (!name) {
    reportNameless(line, binder);
    return undefined;
  }
  const values = readBlock(line.block ?? [], 'bfd_instance', binder);
  const neighbor = values.address('neighbor_ip') ?? values.address('neighbour_ip');
  const source = values.address('source_ip');
  if (neighbor === undefined) {
    refuse(name, 'has no `neighbor_ip`', binder);
    return undefined;
  }
  if (source !== undefined && familyOf(source) !== familyOf(neighbor)) {
    refuse(name, `has a source ${source} and a neighbour ${neighbor}, which are of two families`, binder);
    return undefined;
  }
  const ttl = values.number('ttl') ?? values.number('hoplimit') ?? TTL[familyOf(neighbor)];
  const hops = values.number('max_hops') ?? 0;
  const weighted = values.last('weight')?.line;
  const weight = weighted && readWeight(weighted.keyword, weighted.args, binder.report);
  const both = values.has('vrrp') === values.has('checker');
  return {
    name: name.text,
    neighbor,
    source,
    minRx: values.milliseconds('min_rx', 10),
    minTx: values.milliseconds('min_tx', 10),
    idleTx: values.milliseconds('idle_tx', 1000),
    multiplier: values.number('multiplier') ?? 5,
    passive: values.has('passive'),
    ttl,
    maxHops: hops < 0 || hops >= ANY_HOPS ? undefined : Math.min(hops, ttl),
    weight: weight?.weight ?? 0,
    reverse: weight?.reverse ?? false,
    forVrrp: both || values.has('vrrp'),
    forCheckers: both || values.has('checker'),
    span: spanOf(line),
  };
}

function refuse(name: Word, what: string, { report }: Binder): void {
  const message = `bfd_instance \`${name.text}\` ${what}`;
  const hint = 'it is ignored, as keepalived does: there is no session';
  report({ code: 'required', severity: 'warning', message, span: name.span, hint });
}

/** It asks all the time: an answer comes when the session's state has changed. */
export function bindBfdCheck(values: Values, line: Line, { sessions, binder }: Surroundings): Check | undefined {
  const word = values.last('name')?.line.args[0];
  const known = word && sessions.get(word.text)?.forCheckers;
  if (word && known) {
    const none = seconds(0);
    const alpha = values.boolean('alpha') ?? false;
    return { kind: 'bfd', session: word.text, delayLoop: none, delayBeforeRetry: none, retry: 0, warmup: none, alpha };
  }
  const message = !word
    ? '`BFD_CHECK` names no bfd_instance'
    : known === false
      ? `bfd_instance \`${word.text}\` is for \`vrrp\` only`
      : `there is no bfd_instance \`${word.text}\``;
  const ignored = 'this check is left out, as keepalived does: it fails no server';
  const near = word && known === undefined && suggest(word.text, sessions.keys());
  const hint = near ? `did you mean \`${near}\`? ${ignored}` : ignored;
  binder.report({ code: 'required', severity: 'warning', message, span: (word ?? line.keyword).span, hint });
  return undefined;
}
