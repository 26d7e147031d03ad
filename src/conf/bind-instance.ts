/** A `vrrp_instance` with keepalived's defaults; its oddities are kept and said aloud. */
import { type Duration, milliseconds, seconds } from '../base/time.ts';
import { bindAddresses } from './bind-address.ts';
import { bindAdvertising } from './bind-advertising.ts';
import { bindAuthentication } from './bind-authentication.ts';
import { bindGarp, type Globals } from './bind-global.ts';
import { bindNotify } from './bind-notify.ts';
import { bindRoutes } from './bind-route.ts';
import { bindRules } from './bind-rule.ts';
import { reportNameless } from './bind-script.ts';
import { bindTracked, bindTrackInterfaces, bindTrackScripts, type Trackable } from './bind-track.ts';
import { bindVirtualMac, type InstanceWish } from './bind-virtual-mac.ts';
import { type Binder, type Entry, readBlock, type Values } from './block.ts';
import type { VirtualAddress, VrrpInstance } from './model.ts';
import type { RoutingContext } from './routing-words.ts';
import { spanOf, type Word } from './statement.ts';
import { suggest } from './suggest.ts';

export interface BoundInstance {
  /** Undefined where something is missing without which it cannot exist. */
  readonly instance: VrrpInstance | undefined;
  /** Its addresses, also when the instance itself is not usable. */
  readonly addresses: readonly VirtualAddress[];
  /** Set where a group of its own allows the same VRID twice on an interface. */
  readonly ownGroup: boolean;
  readonly virtualMac: InstanceWish;
}

const NO_VIRTUAL_MAC: InstanceWish = { own: undefined, elsewhere: false, sends: false };

export function bindInstance(
  { line }: Entry,
  globals: Globals,
  trackable: Trackable,
  context: RoutingContext,
  binder: Binder,
): BoundInstance {
  const name = line.args[0];
  if (!name) {
    reportNameless(line, binder);
    return { instance: undefined, addresses: [], ownGroup: false, virtualMac: NO_VIRTUAL_MAC };
  }
  const values = readBlock(line.block ?? [], 'vrrp_instance', binder);
  const held = bindAddresses(values.linesIn('virtual_ipaddress'), values.linesIn('virtual_ipaddress_excluded'), binder);
  const { family } = held;
  const version = bindVersion(values, globals, family, binder, name);
  const initialState = bindState(values, binder);
  const priority = bindPriority(values, initialState, binder, name);
  const networkInterface = bindInterface(values, globals, binder, name);
  const vrid = bindVrid(values, binder, name);
  if (held.addresses.length === 0 && !values.has('no_virtual_ipaddress')) reportNoAddress(version, binder, name);
  const advertising = bindAdvertising(values, globals, family, name, binder);
  const virtualMac = bindVirtualMac(values, advertising.unicastPeers.length > 0, binder);
  const bound = {
    name: name.text,
    priority,
    version,
    family,
    initialState: initialState ?? (priority === 255 ? 'master' : 'backup'),
    adverInterval: bindInterval(values, version, binder),
    preempt: bindPreempt(values, initialState, priority, binder),
    preemptDelay: bindPreemptDelay(values, initialState, binder),
    authentication: bindAuthentication(values, advertising.strict ? 'strict' : version, binder),
    ...advertising,
    addresses: held.addresses,
    excludedAddresses: held.excludedAddresses,
    routing: [
      ...bindRoutes(values.linesIn('virtual_routes'), context, binder.report),
      ...bindRules(values.linesIn('virtual_rules'), context, binder.report),
    ],
    garp: bindGarp(values, '', globals.garp),
    trackScripts: bindTrackScripts(values.linesIn('track_script'), trackable.scripts, priority, binder),
    trackInterfaces: bindTrackInterfaces(values.linesIn('track_interface'), networkInterface, binder),
    trackFiles: bindTracked('track_file', values.linesIn('track_file'), trackable.files, binder),
    trackProcesses: bindTracked('track_process', values.linesIn('track_process'), trackable.processes, binder),
    trackBfd: bindTracked('track_bfd', values.linesIn('track_bfd'), trackable.sessions, binder),
    accept: bindAccept(values, advertising.strict, version, priority, binder),
    skipCheckAdvAddr: values.boolean('skip_check_adv_addr') ?? globals.defs.skipCheckAdvAddr,
    virtualMacs: [],
    sendsFromVirtualMac: virtualMac.sends,
    notify: bindNotify(values),
    span: spanOf(line),
  } satisfies Omit<VrrpInstance, 'vrid' | 'interface'>;
  const usable = networkInterface !== undefined && vrid !== undefined;
  return {
    instance: usable ? { ...bound, interface: networkInterface, vrid } : undefined,
    addresses: [...held.addresses, ...held.excludedAddresses],
    ownGroup: values.has('mcast_dst_ip'),
    virtualMac,
  };
}

function bindVersion(values: Values, globals: Globals, family: 4 | 6, binder: Binder, name: Word): 2 | 3 {
  const written = values.last('version');
  if (family === 6) {
    if (written?.value === '2') reportOldVersion(binder, written.line.keyword, name);
    return 3;
  }
  return written?.value === undefined ? globals.defs.vrrpVersion : written.value === '3' ? 3 : 2;
}

function reportOldVersion({ report }: Binder, { span }: Word, name: Word): void {
  const message = `\`${name.text}\` has IPv6 addresses, and \`version 2\` has none: version 3 is used`;
  report({ code: 'contradiction', severity: 'warning', message, span, hint: 'remove the line' });
}

/** RFC 3768 §6.4.3 and RFC 9568 §6.1 let nobody but the address owner answer, unless accept mode says so (version 3). */
function bindAccept(values: Values, strict: boolean, version: 2 | 3, priority: number, { report }: Binder): boolean {
  if (priority === 255) return true;
  const written = values.last('accept', 'no_accept')?.line.keyword;
  const accept = written ? written.text === 'accept' : !strict;
  if (!accept || !strict || version === 3 || !written) return accept;
  const message = '`accept` does not work with version 2 in strict mode: the virtual addresses do not answer';
  const hint = 'remove it, or leave strict mode, or use version 3';
  report({ code: 'contradiction', severity: 'warning', message, span: written.span, hint });
  return false;
}

/** The first `state` counts; a word that is none means BACKUP. */
function bindState(values: Values, { report }: Binder): 'master' | 'backup' | undefined {
  const [first, ...more] = values.all('state');
  for (const { line } of more) {
    const message = 'a second `state` is ignored';
    report({ code: 'repeated', severity: 'warning', message, span: spanOf(line) });
  }
  const word = first?.line.args[0];
  if (!word) return undefined;
  if (word.text === 'MASTER') return 'master';
  if (word.text === 'BACKUP') return 'backup';
  const near = word.text.toUpperCase() === 'SLAVE' ? 'BACKUP' : suggest(word.text, ['MASTER', 'BACKUP']);
  const message = `unknown state \`${word.text}\`: BACKUP is used`;
  const hint = near ? `write \`state ${near}\`` : 'write `state MASTER` or `state BACKUP`';
  report({ code: 'bad-value', severity: 'warning', message, span: word.span, hint });
  return 'backup';
}

function bindPriority(values: Values, state: 'master' | 'backup' | undefined, { report }: Binder, name: Word): number {
  const priority = values.number('priority');
  if (priority !== undefined || values.has('priority')) return priority ?? 100;
  if (state !== 'master') return 100;
  report({
    code: 'defaulted',
    severity: 'error',
    message: `\`${name.text}\` has \`state MASTER\` and no priority: that makes it 255, the address owner`,
    span: name.span,
    hint:
      'an owner ignores every tracked weight and always takes over; write `priority 150` for the preferred node of a ' +
      'pair (the other one 100), or `priority 255` if it is meant',
  });
  return 255;
}

function bindInterface(values: Values, globals: Globals, { report }: Binder, name: Word): string | undefined {
  const networkInterface = values.text('interface') ?? globals.defaultInterface;
  if (networkInterface === undefined) {
    const message = `\`${name.text}\` has no \`interface\``;
    report({
      code: 'required',
      severity: 'error',
      message,
      span: name.span,
      hint: 'write `interface eth0`, or what it is called here',
    });
  }
  return networkInterface;
}

function bindVrid(values: Values, { report }: Binder, name: Word): number | undefined {
  const vrid = values.number('virtual_router_id');
  if (vrid === undefined && !values.has('virtual_router_id')) {
    const message = `\`${name.text}\` has no \`virtual_router_id\``;
    const hint = 'write `virtual_router_id N`, 1…255, the same on all nodes of this virtual router and on no other';
    report({ code: 'required', severity: 'error', message, span: name.span, hint });
  }
  return vrid;
}

function reportNoAddress(version: 2 | 3, { report }: Binder, name: Word): void {
  const message = `\`${name.text}\` has no virtual address`;
  const severity = version === 3 ? 'error' : 'warning';
  report({ code: 'required', severity, message, span: name.span, hint: 'write virtual_ipaddress { ADDRESS }' });
}

/** Version 2 carries whole seconds in 8 bits, version 3 hundredths in 12. */
function bindInterval(values: Values, version: 2 | 3, { report }: Binder): Duration {
  const written = values.duration('advert_int');
  const line = values.last('advert_int')?.line;
  if (written === undefined || !line) return seconds(1);
  const possible =
    version === 2
      ? seconds(Math.max(1, Math.round(written / 1000)))
      : milliseconds(Math.min(40_950, Math.max(10, Math.round(written / 10) * 10)));
  if (possible === written) return written;
  const unit = version === 2 ? 'version 2 has whole seconds' : 'version 3 has hundredths of a second, up to 40.95';
  const message = `\`advert_int ${line.args[0]?.text}\`: ${unit}`;
  report({
    code: 'adjusted',
    severity: 'warning',
    message,
    span: spanOf(line),
    hint: `${possible / 1000} is used; all nodes must agree`,
  });
  return possible;
}

function bindPreempt(
  values: Values,
  state: 'master' | 'backup' | undefined,
  priority: number,
  { report }: Binder,
): boolean {
  const last = values.last('nopreempt', 'preempt')?.line;
  if (last?.keyword.text !== 'nopreempt') return true;
  if (state !== 'master' && priority !== 255) return false;
  const reason = state === 'master' ? '`state MASTER`' : 'priority 255';
  report({
    code: 'contradiction',
    severity: 'warning',
    message: `\`nopreempt\` does not work with ${reason}: it is cleared, this node will preempt`,
    span: last.keyword.span,
    hint: 'write `state BACKUP` on all nodes to keep `nopreempt`; priorities decide who starts',
  });
  return true;
}

/** It waits before taking over from a lower master: not for a node that starts as master, nor one that never does. */
function bindPreemptDelay(values: Values, state: 'master' | 'backup' | undefined, { report }: Binder): Duration {
  const written = values.last('preempt_delay')?.line;
  const delay = values.duration('preempt_delay') ?? seconds(0);
  if (!written || delay === 0) return delay;
  const never = values.last('nopreempt', 'preempt')?.line.keyword.text === 'nopreempt';
  if (state !== 'master' && !never) return delay;
  const message = `\`preempt_delay\` does not work with \`${state === 'master' ? 'state MASTER' : 'nopreempt'}\`: it is cleared`;
  const hint = state === 'master' ? 'write `state BACKUP`; the priority decides who starts' : 'leave one of them out';
  report({ code: 'contradiction', severity: 'warning', message, span: written.keyword.span, hint });
  return seconds(0);
}
