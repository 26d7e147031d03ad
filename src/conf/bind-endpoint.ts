/** What a `virtual_server` answers to: an address and a port, a firewall mark, or all that a group names. */
import { type Family, familyOf } from '../base/ip.ts';
import { type Groups, readMark } from './bind-service-group.ts';
import type { Binder, Values } from './block.ts';
import type { Endpoint, VirtualServer } from './model.ts';
import type { Line, Word } from './statement.ts';
import { suggest } from './suggest.ts';
import { readAddress, readPort } from './values.ts';

export interface Endpoints {
  /** The group's name; undefined where it is one endpoint. */
  readonly group: string | undefined;
  readonly endpoints: readonly Endpoint[];
}

/** Undefined where there is nothing that could be set up: the reason is reported. */
export function bindEndpoints(
  line: Line,
  values: Values,
  protocol: VirtualServer['protocol'] | undefined,
  groups: Groups,
  binder: Binder,
): Endpoints | undefined {
  const [first, second] = line.args;
  if (!first) {
    const hint = 'write virtual_server ADDRESS PORT { … }; it is ignored';
    const message = '`virtual_server` needs an address and a port';
    binder.report({ code: 'required', severity: 'error', message, span: line.keyword.span, hint });
    return undefined;
  }
  if (first.text === 'fwmark') {
    const mark = readMark(first, second, binder);
    if (mark === undefined) return undefined;
    return { group: undefined, endpoints: [{ mark, family: familyOfMark(values) }] };
  }
  if (first.text === 'group') return groupEndpoints(first, second, values, protocol, groups, binder);
  const address = readAddress(first, binder.report);
  const port = second ? readPort(second, binder.report) : allPorts(first, binder);
  if (address === undefined || port === undefined || !protocol) return undefined;
  return { group: undefined, endpoints: [{ address, port, protocol }] };
}

/** A mark says no family: what is written, else that of the first real server that is reached without a tunnel. */
function familyOfMark(values: Values): Family {
  const written = values.last('ip_family')?.line.args[0]?.text;
  if (written !== undefined) return written === 'inet6' ? 6 : 4;
  const methodAbove = values.last('lb_kind', 'lvs_method')?.line.args[0]?.text;
  for (const { line } of values.all('real_server')) {
    const own = line.block?.find(({ keyword }) => keyword.text === 'lb_kind' || keyword.text === 'lvs_method');
    const address = line.args[0]?.text ?? '';
    if ((own?.args[0]?.text ?? methodAbove) !== 'TUN') return address.includes(':') ? 6 : 4;
  }
  return 4;
}

/** keepalived makes it a service for all ports, which only a persistent one can be. */
function allPorts(address: Word, { report }: Binder): number {
  const message = `virtual_server \`${address.text}\` has no port: it is for all ports, and persistent`;
  const hint = 'write the port, or `persistence_timeout` to say so';
  report({ code: 'defaulted', severity: 'warning', message, span: address.span, hint });
  return 0;
}

function groupEndpoints(
  keyword: Word,
  name: Word | undefined,
  values: Values,
  protocol: VirtualServer['protocol'] | undefined,
  groups: Groups,
  { report }: Binder,
): Endpoints | undefined {
  const members = groups.get(name?.text ?? '');
  if (!name || !members) {
    const near = name && suggest(name.text, groups.keys());
    const message = name ? `there is no virtual_server_group \`${name.text}\`` : '`group` needs a name';
    const hint = near ? `did you mean \`${near}\`?` : 'write virtual_server_group NAME { ADDRESS PORT … }';
    report({ code: 'unknown-reference', severity: 'error', message, span: (name ?? keyword).span, hint });
    return undefined;
  }
  if (!protocol) return undefined;
  const family = members
    .map((member) => ('address' in member ? familyOf(member.address) : member.family))
    .find(Boolean);
  const endpoints = members.map(
    (member): Endpoint =>
      'address' in member
        ? { ...member, protocol }
        : { mark: member.mark, family: member.family ?? family ?? familyOfMark(values) },
  );
  if (endpoints.length > 0) return { group: name.text, endpoints };
  const message = `virtual_server_group \`${name.text}\` names nothing: its service is ignored`;
  report({ code: 'required', severity: 'warning', message, span: name.span, hint: 'write ADDRESS PORT lines into it' });
  return undefined;
}
