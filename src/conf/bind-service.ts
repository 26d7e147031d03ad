/** A `virtual_server` with its real servers. What keepalived guesses dangerously (the method) is refused here. */
import { familyOf } from '../base/ip.ts';
import { seconds } from '../base/time.ts';
import type { Askable } from './bind-check.ts';
import { bindEndpoints } from './bind-endpoint.ts';
import { bindCommand } from './bind-notify.ts';
import { bindRealServer, type Inherited } from './bind-real-server.ts';
import { bindOnePacket, bindPersistence, bindScheduler, bindSchedulerFlags } from './bind-scheduling.ts';
import type { Groups } from './bind-service-group.ts';
import { type Binder, type Entry, readBlock, type Values } from './block.ts';
import { type Forwarding, readForwarding, reportForcedPort } from './forwarding.ts';
import type { Endpoint, RealServer, VirtualServer } from './model.ts';
import { type Line, spanOf } from './statement.ts';
import { readAddress, readPort } from './values.ts';

/** Undefined where the service cannot be set up as written: the reason is reported. */
export function bindService(
  { line }: Entry,
  groups: Groups,
  askable: Askable,
  binder: Binder,
): VirtualServer | undefined {
  const values = readBlock(line.block ?? [], 'virtual_server', binder);
  const protocol = bindProtocol(values, line, binder);
  const bound = bindEndpoints(line, values, protocol, groups, binder);
  const service = bound && commonOf(bound.endpoints);
  const forwarding = bindForwarding(values, line, binder);
  const timers: Inherited = {
    delayLoop: values.duration('delay_loop') ?? seconds(60),
    connectTimeout: values.duration('connect_timeout') ?? seconds(5),
    retry: values.number('retry'),
    delayBeforeRetry: values.duration('delay_before_retry'),
    warmup: values.duration('warmup'),
    alpha: values.has('alpha'),
    virtualHost: values.text('virtualhost'),
    weight: values.number('weight') ?? 1,
    inhibitOnFailure: values.has('inhibit_on_failure'),
    forwarding,
    service,
  };
  const scheduler = bindScheduler(values, line, binder);
  const realServers = bindRealServers(values, timers, askable, binder);
  const sorryServer = bindSorryServer(values, service, forwarding, binder);
  if (!bound || !service || !protocol || !forwarding) return undefined;
  if (realServers.length === 0 && values.has('real_server')) return undefined;
  if (realServers.length === 0) {
    const message = 'the virtual server has no real servers: it is ignored';
    binder.report({
      code: 'required',
      severity: 'warning',
      message,
      span: spanOf(line),
      hint: 'write real_server ADDRESS PORT { … }',
    });
    return undefined;
  }
  const quorum = bindQuorum(values, realServers, binder);
  return {
    ...bound,
    protocol,
    scheduler,
    schedulerFlags: bindSchedulerFlags(values, scheduler, binder),
    onePacket: bindOnePacket(values, protocol, binder),
    method: forwarding.method,
    ...bindPersistence(values, service.family, service.port === 0, binder),
    delayLoop: timers.delayLoop,
    alpha: timers.alpha,
    quorum,
    hysteresis: bindHysteresis(values, quorum, binder),
    inhibitOnFailure: timers.inhibitOnFailure,
    sorryServer,
    quorumUp: bindCommand(values, 'quorum_up'),
    quorumDown: bindCommand(values, 'quorum_down'),
    omega: values.has('omega'),
    realServers,
    span: spanOf(line),
  };
}

/** What of its endpoints matters to the servers behind. */
function commonOf(endpoints: readonly Endpoint[]): Inherited['service'] {
  const [first] = endpoints;
  if (!first) return undefined;
  const family = 'address' in first ? familyOf(first.address) : first.family;
  const ports = new Set(endpoints.map((endpoint) => ('address' in endpoint ? endpoint.port : undefined)));
  const [port] = ports;
  return { family, port: ports.size === 1 ? port : undefined };
}

function bindProtocol(values: Values, line: Line, binder: Binder): VirtualServer['protocol'] | undefined {
  const word = values.last('protocol')?.line.args[0];
  // A mark is of any protocol.
  if (!word && line.args[0]?.text === 'fwmark') return 'tcp';
  if (!word) {
    const message = 'the virtual server has no `protocol`: UDP is used';
    const hint = 'write `protocol TCP` if it serves TCP';
    binder.report({ code: 'defaulted', severity: 'warning', message, span: spanOf(line), hint });
    return 'udp';
  }
  const protocol = word.text.toLowerCase();
  if (protocol === 'tcp' || protocol === 'udp' || protocol === 'sctp') return protocol;
  const message = `unknown protocol \`${word.text}\``;
  const hint = 'write `protocol TCP`, UDP or SCTP; keepalived would take UDP';
  binder.report({ code: 'bad-value', severity: 'error', message, span: word.span, hint });
  return undefined;
}

/** The method of a service; without one NAT, as keepalived has it. Undefined: one that is none, which nobody may guess. */
function bindForwarding(values: Values, line: Line, binder: Binder): Forwarding | undefined {
  const written = values.last('lb_kind', 'lvs_method');
  if (written) return readForwarding(written, binder);
  const message = 'the virtual server has no `lb_kind`: NAT is used';
  binder.report({
    code: 'defaulted',
    severity: 'warning',
    message,
    span: spanOf(line),
    hint: 'write `lb_kind DR` if the real servers answer directly',
  });
  return { method: 'NAT', tunnel: undefined };
}

function bindRealServers(values: Values, inherited: Inherited, askable: Askable, binder: Binder): RealServer[] {
  const servers = new Map<string, RealServer>();
  for (const entry of values.all('real_server')) {
    const server = bindRealServer(entry, inherited, askable, binder);
    if (!server) continue;
    const key = `${server.address} ${server.port}`;
    if (servers.has(key)) {
      const message = `real_server \`${key}\` is there twice`;
      binder.report({
        code: 'duplicate',
        severity: 'warning',
        message,
        span: server.span,
        hint: 'the first one counts',
      });
    } else servers.set(key, server);
  }
  return [...servers.values()];
}

function bindSorryServer(
  values: Values,
  service: Inherited['service'],
  above: Forwarding | undefined,
  binder: Binder,
): VirtualServer['sorryServer'] {
  const line = values.last('sorry_server')?.line;
  const [first, second] = line?.args ?? [];
  if (!line || !first) return undefined;
  const address = readAddress(first, binder.report);
  const port = second ? readPort(second, binder.report) : (service?.port ?? 0);
  const written = values.last('sorry_server_lvs_method');
  const forwarding = written ? readForwarding(written, binder) : above;
  if (address === undefined || port === undefined || !forwarding) return undefined;
  const sorry = { address, port, ...forwarding, inhibit: values.has('sorry_server_inhibit') };
  if (service?.port === undefined || forwarding.method === 'NAT' || port === service.port) return sorry;
  reportForcedPort('sorry_server', forwarding.method, service.port, line, binder.report);
  return { ...sorry, port: service.port };
}

function bindQuorum(values: Values, servers: readonly RealServer[], { report }: Binder): number {
  const quorum = values.number('quorum') ?? 1;
  const most = servers.reduce((total, server) => total + server.weight, 0);
  const line = values.last('quorum')?.line;
  if (quorum <= most || !line) return quorum;
  const message = `\`quorum ${quorum}\` is more than the real servers weigh together, ${most}`;
  const reduced = Math.max(1, most);
  report({ code: 'adjusted', severity: 'warning', message, span: spanOf(line), hint: `${reduced} is used` });
  return reduced;
}

function bindHysteresis(values: Values, quorum: number, { report }: Binder): number {
  const hysteresis = values.number('hysteresis') ?? 0;
  const line = values.last('hysteresis')?.line;
  if (hysteresis < quorum || !line) return hysteresis;
  const message = `\`hysteresis ${hysteresis}\` is not below the quorum, ${quorum}`;
  report({ code: 'adjusted', severity: 'warning', message, span: spanOf(line), hint: `${quorum - 1} is used` });
  return quorum - 1;
}
