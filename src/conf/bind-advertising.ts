/** How an instance advertises: to the group or to peers, from where, and how it meets the advertisements of others. */
import { familyOf } from '../base/ip.ts';
import type { Globals } from './bind-global.ts';
import type { Binder, Values } from './block.ts';
import type { UnicastPeer, VrrpInstance } from './model.ts';
import type { Line, Word } from './statement.ts';
import { readAddress } from './values.ts';

type Advertising = Pick<
  VrrpInstance,
  | 'sourceAddress'
  | 'unicastPeers'
  | 'unicastTtl'
  | 'unicastChecksum'
  | 'checkUnicastSource'
  | 'downTimerAdverts'
  | 'higherPrioSendAdvert'
  | 'lowerPrioNoAdvert'
  | 'trackPrimary'
  | 'strict'
>;

const UNICAST_WORDS = ['unicast_src_ip', 'unicast_ttl', 'check_unicast_src', 'old_unicast_checksum'];

export function bindAdvertising(
  values: Values,
  { defs }: Globals,
  family: 4 | 6,
  name: Word,
  binder: Binder,
): Advertising {
  const strict = values.boolean('strict_mode') ?? defs.strict;
  const unicastPeers = bindPeers(values, family, binder);
  const unicast = unicastPeers.length > 0;
  if (!unicast) reportWithoutPeers(values, binder);
  else if (strict) reportStrictUnicast(name, binder);
  const old = values.last('old_unicast_checksum')?.line;
  return {
    sourceAddress: (unicast ? values.address('unicast_src_ip') : undefined) ?? values.address('mcast_src_ip'),
    unicastPeers,
    unicastTtl: values.number('unicast_ttl') ?? 255,
    unicastChecksum: !old ? 'auto' : old.args[0]?.text === 'never' ? 'new' : 'old',
    checkUnicastSource: values.boolean('check_unicast_src') ?? defs.checkUnicastSource,
    downTimerAdverts: values.number('down_timer_adverts') ?? defs.downTimerAdverts,
    higherPrioSendAdvert: values.boolean('higher_prio_send_advert') ?? defs.higherPrioSendAdvert,
    lowerPrioNoAdvert: values.boolean('lower_prio_no_advert') ?? (defs.lowerPrioNoAdvert || strict),
    trackPrimary: !values.has('dont_track_primary'),
    strict,
  };
}

/** `IP [min_ttl N] [max_ttl N]` on each line. */
function bindPeers(values: Values, family: 4 | 6, { report }: Binder): UnicastPeer[] {
  const peers: UnicastPeer[] = [];
  for (const line of values.linesIn('unicast_peer')) {
    const address = readAddress(line.keyword, report);
    if (address === undefined) continue;
    if (familyOf(address) === family) {
      peers.push({ address, minTtl: ttlAfter(line, 'min_ttl', report), maxTtl: ttlAfter(line, 'max_ttl', report) });
      continue;
    }
    const message = `the peer \`${address}\` is not of the instance's family, IPv${family}`;
    const hint = 'the virtual addresses decide the family; the line is ignored';
    report({ code: 'contradiction', severity: 'error', message, span: line.keyword.span, hint });
  }
  return peers;
}

function ttlAfter(line: Line, option: string, report: Binder['report']): number | undefined {
  const at = line.args.findIndex((word) => word.text === option);
  if (at < 0) return undefined;
  const word = line.args[at + 1];
  if (word && /^\d+$/.test(word.text) && Number(word.text) <= 255) return Number(word.text);
  const message = `\`${option}\` needs a number, 0…255`;
  const { span } = word ?? line.keyword;
  report({ code: 'bad-value', severity: 'warning', message, span, hint: 'it is ignored' });
  return undefined;
}

/** As keepalived does: without peers the group is used, whatever else was meant for unicast. */
function reportWithoutPeers(values: Values, { report }: Binder): void {
  const written = values.last('unicast_peer', ...UNICAST_WORDS)?.line.keyword;
  if (!written) return;
  const message = `\`${written.text}\` without any peer: advertisements go to the multicast group`;
  const hint = 'write unicast_peer { ADDRESS }, or remove the line';
  report({ code: 'contradiction', severity: 'warning', message, span: written.span, hint });
}

function reportStrictUnicast({ span, text }: Word, { report }: Binder): void {
  const message = `\`${text}\` is strict and has unicast peers: the RFC knows no unicast`;
  const hint = 'remove vrrp_strict or strict_mode, or the peers; keepalived refuses the whole configuration';
  report({ code: 'contradiction', severity: 'error', message, span, hint });
}
