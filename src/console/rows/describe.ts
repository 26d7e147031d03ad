/** A row in full: every field with its name, one per line. */
import type { JournalEvent } from '../../control/link.ts';
import type { InstanceSnapshot, RealServerSnapshot, ServiceSnapshot } from '../../control/snapshot.ts';
import type { Row } from '../all-items.ts';
import { brief, countdown, exact, plural, serverName, serviceName } from '../words.ts';
import { checkWords } from './check-fields.ts';
import { describeProbe } from './check-row.ts';
import type { Belief } from './context.ts';
import { describeAdvert, describeSender } from './describe-wire.ts';
import { describeDiscard } from './discard-row.ts';
import { type Field, field } from './field.ts';
import { describeOperation } from './operation-row.ts';

export function titleOf(item: Row): string {
  switch (item.kind) {
    case 'instance':
      return `Instance ${item.instance.name}`;
    case 'service':
      return `Virtual service ${serviceName(item.service)}`;
    case 'server':
      return `Real server ${serverName(item.server)} in ${serviceName(item.service)}`;
    case 'advert':
      return `Advertisement from ${item.advert.source}`;
    case 'operation':
      return `${item.operation.verb} of ${item.operation.target}`;
    case 'check':
      return `Check of ${serverName(item.probe.users[0].server)}`;
    case 'discard':
      return `Discarded: ${item.discard.reason}`;
    case 'sender':
      return `${item.sender.source} on VRID ${item.sender.vrid}`;
    case 'event':
      return `Event ${item.event.seq}`;
  }
}

export function describe(item: Row, context: Belief): Field[] {
  switch (item.kind) {
    case 'instance':
      return describeInstance(item.instance, context);
    case 'service':
      return describeService(item.service, context);
    case 'server':
      return describeServer(item.server, context);
    case 'advert':
      return describeAdvert(item.advert);
    case 'operation':
      return describeOperation(item.operation, context);
    case 'check':
      return describeProbe(item.probe, context);
    case 'discard':
      return describeDiscard(item.discard, context);
    case 'sender':
      return describeSender(item.sender, context);
    case 'event':
      return describeEvent(item.event);
  }
}

function describeInstance(i: InstanceSnapshot, context: Belief): Field[] {
  const say = (text: string): string => (context.known ? text : 'UNKNOWN');
  const lease = i.leaseEndsAt === null ? '' : `, for ${countdown(Date.parse(i.leaseEndsAt) - context.now)} more`;
  const terms = i.priority.terms.map(({ source, value }) => ` ${value < 0 ? '-' : '+'} ${Math.abs(value)} (${source})`);
  const master = i.state === 'master' ? 'this node' : masterWords(i, context);
  const discarded = Object.entries(i.adverts.discarded).map(([why, count]) => `${why} ${count}`);
  return [
    field('state', say(`${i.state.toUpperCase()} for ${brief(context.now - Date.parse(i.since))}: ${i.reason}`)),
    field('since', say(i.since)),
    field('mode', say(`${i.admin}${lease}`)),
    ...(i.faults.length > 0 ? [field('faults', say(i.faults.join('; ')))] : []),
    field('priority', say(`${i.priority.effective} = ${i.priority.base} (configured)${terms.join('')}`)),
    field('virtual router', `VRID ${i.vrid} on ${i.interface}, IPv${i.family}, VRRP version ${i.version}`),
    field('sync group', i.group ?? 'none'),
    field('preempt', i.preempt ? 'yes: takes over from a lower priority' : 'no: waits until the master has gone'),
    field('master', say(master)),
    ...i.virtualAddresses.map(({ address, interface: port, present }, n) =>
      field(
        n === 0 ? 'addresses' : '',
        `${address} on ${port}: ${say(present === null ? 'UNKNOWN' : present ? 'present' : 'absent')}`,
      ),
    ),
    field('interval', exact(i.adverIntervalMs)),
    field('master down', `after ${exact(i.masterDownMs)} = 3 × ${exact(i.adverIntervalMs)} + skew ${exact(i.skewMs)}`),
    field(
      'adverts',
      say(`sent ${i.adverts.sent}, received ${i.adverts.received}, discarded: ${discarded.join(', ') || 'none'}`),
    ),
  ];
}

function masterWords({ master }: InstanceSnapshot, { age }: Belief): string {
  if (!master) return 'none heard';
  return `${master.address}, priority ${master.priority}, last advert ${brief(master.lastAdvertAgoMs + age)} ago`;
}

function describeService(s: ServiceSnapshot, { known }: Belief): Field[] {
  const { quorum, sorry } = s;
  const say = (text: string): string => (known ? text : 'UNKNOWN');
  return [
    field('state', say(`${quorum.up ? 'UP' : 'DOWN'}: weight ${quorum.alive} alive, quorum needs ${quorum.needed}`)),
    field('scheduling', `${s.scheduler}, forwarding ${s.method}`),
    field('persistence', s.persistenceTimeout === null ? 'none' : `${s.persistenceTimeout} s`),
    ...(s.fwmark === null ? [] : [field('fwmark', String(s.fwmark))]),
    field(
      'sorry server',
      sorry ? `${sorry.address}:${sorry.port}, ${say(sorry.active ? 'SERVING' : 'waiting')}` : 'none',
    ),
    field('real servers', plural(s.realServers.length, 'real server')),
  ];
}

function describeServer(r: RealServerSnapshot, context: Belief): Field[] {
  const say = (text: string): string => (context.known ? text : 'UNKNOWN');
  const { configured, effective, kernel } = r.weight;
  const table = context.noTable ? 'there is no table here' : kernel === null ? 'UNKNOWN' : String(kernel);
  const { connections: c, rates, drain } = r;
  return [
    field('health', say(`${r.health.toUpperCase()}: ${r.reason}`)),
    ...r.checks.map((check, n) => field(n === 0 ? 'checks' : '', say(checkWords(check, context.now)))),
    field('admin', say(r.admin)),
    field('weight', say(`${effective} in force, ${configured} configured, in the kernel's table: ${table}`)),
    field('connections', say(c ? `${c.active} active, ${c.inactive} inactive, ${c.persistent} persistent` : 'UNKNOWN')),
    ...(rates ? [field('rates', say(`${rates.cps}/s new, ${rates.inBps} B/s in, ${rates.outBps} B/s out`))] : []),
    ...(r.answersArp
      ? [field('ARP', say('answers for the address of the service: clients may go past the director'))]
      : []),
    ...(drain
      ? [
          field('drain', say(drain.why)),
          field('drains for', say(brief(context.now - Date.parse(drain.startedAt)))),
          field('drained in', say(drain.etaMs === null ? 'UNKNOWN' : brief(drain.etaMs - context.age))),
          field('still arriving', say(drain.arrivingCps === null ? 'UNKNOWN' : `${drain.arrivingCps} connections/s`)),
        ]
      : []),
  ];
}

function describeEvent(e: JournalEvent): Field[] {
  return [
    field('at', e.at),
    field('severity', e.severity),
    field('kind', e.kind),
    field('about', e.subject || 'the engine'),
    field('what', e.text),
  ];
}
