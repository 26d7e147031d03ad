/** A `virtual_server` with its real servers. What keepalived guesses dangerously (the method) is refused here. */
import type { IpAddress } from '../base/ip.ts';
import { seconds } from '../base/time.ts';
import type { TrackFiles } from './bind-file-check.ts';
import { bindRealServer, type Inherited } from './bind-real-server.ts';
import { type Binder, type Entry, readBlock, type Values } from './block.ts';
import { type Method, readMethod, reportForcedPort } from './forwarding.ts';
import type { RealServer, VirtualServer } from './model.ts';
import { type Line, spanOf } from './statement.ts';
import { suggest } from './suggest.ts';
import { readAddress, readPort } from './values.ts';

const SCHEDULERS = ['rr', 'wrr', 'lc', 'wlc', 'lblc', 'lblcr', 'sh', 'mh', 'dh', 'fo', 'ovf', 'sed', 'nq', 'twos'];

/** Undefined where the service cannot be set up as written: the reason is reported. */
export function bindService({ line }: Entry, files: TrackFiles, binder: Binder): VirtualServer | undefined {
  const values = readBlock(line.block ?? [], 'virtual_server', binder);
  const endpoint = bindEndpoint(line, binder);
  const protocol = bindProtocol(values, line, binder);
  const method = bindMethod(values, line, binder);
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
    method,
    service: endpoint,
  };
  const scheduler = bindScheduler(values, line, binder);
  const realServers = bindRealServers(values, timers, files, binder);
  const sorryServer = bindSorryServer(values, endpoint, method, binder);
  if (!endpoint || !protocol || !method) return undefined;
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
    ...endpoint,
    protocol,
    scheduler,
    method,
    persistence: bindPersistence(values),
    delayLoop: timers.delayLoop,
    alpha: timers.alpha,
    quorum,
    hysteresis: bindHysteresis(values, quorum, binder),
    inhibitOnFailure: timers.inhibitOnFailure,
    sorryServer,
    realServers,
    span: spanOf(line),
  };
}

/** `ADDRESS PORT`; fwmarks and groups are known and not acted on. */
function bindEndpoint(line: Line, binder: Binder): { address: IpAddress; port: number } | undefined {
  const [first, second] = line.args;
  const { keyword } = line;
  if (!first) {
    const hint = 'write virtual_server ADDRESS PORT { … }; it is ignored';
    binder.report({
      code: 'required',
      severity: 'error',
      message: '`virtual_server` needs an address and a port',
      span: keyword.span,
      hint,
    });
    return undefined;
  }
  if (first.text === 'fwmark' || first.text === 'group') {
    binder.notActed(`virtual_server ${first.text}`, first, 'the service is not set up');
    return undefined;
  }
  const address = readAddress(first, binder.report);
  if (!second) {
    const message = `virtual_server \`${first.text}\` has no port`;
    const hint = 'keepalived makes it a persistent service for all ports; hatop needs the port';
    binder.report({ code: 'required', severity: 'error', message, span: first.span, hint });
    return undefined;
  }
  const port = readPort(second, binder.report);
  return address !== undefined && port !== undefined ? { address, port } : undefined;
}

function bindProtocol(values: Values, line: Line, binder: Binder): VirtualServer['protocol'] | undefined {
  const word = values.last('protocol')?.line.args[0];
  if (!word) {
    const message = 'the virtual server has no `protocol`: UDP is used';
    const hint = 'write `protocol TCP` if it serves TCP';
    binder.report({ code: 'defaulted', severity: 'warning', message, span: spanOf(line), hint });
    return 'udp';
  }
  const protocol = word.text.toLowerCase();
  if (protocol === 'tcp' || protocol === 'udp') return protocol;
  if (protocol === 'sctp') {
    binder.notActed('protocol SCTP', word);
    return protocol;
  }
  const message = `unknown protocol \`${word.text}\``;
  const hint = 'write `protocol TCP` or `protocol UDP`; keepalived would take UDP';
  binder.report({ code: 'bad-value', severity: 'error', message, span: word.span, hint });
  return undefined;
}

function bindScheduler(values: Values, line: Line, { report }: Binder): string {
  const word = values.last('lb_algo', 'lvs_sched')?.line.args[0];
  if (!word) {
    const message = 'the virtual server has no `lb_algo`: wlc is used';
    report({
      code: 'defaulted',
      severity: 'warning',
      message,
      span: spanOf(line),
      hint: 'write `lb_algo wrr`, or `lb_algo wlc` to say so',
    });
    return 'wlc';
  }
  if (SCHEDULERS.includes(word.text)) return word.text;
  const near = suggest(word.text, SCHEDULERS);
  const message = `unknown scheduler \`${word.text}\`: wlc is used`;
  const hint = near ? `did you mean \`lb_algo ${near}\`?` : `it is one of ${SCHEDULERS.join(', ')}`;
  report({ code: 'bad-value', severity: 'warning', message, span: word.span, hint });
  return 'wlc';
}

/** The method of a service; without one NAT, as keepalived has it. Undefined: one that is none, which nobody may guess. */
function bindMethod(values: Values, line: Line, binder: Binder): Method | undefined {
  const written = values.last('lb_kind', 'lvs_method');
  if (written) return readMethod(written, binder);
  const message = 'the virtual server has no `lb_kind`: NAT is used';
  binder.report({
    code: 'defaulted',
    severity: 'warning',
    message,
    span: spanOf(line),
    hint: 'write `lb_kind DR` if the real servers answer directly',
  });
  return 'NAT';
}

function bindRealServers(values: Values, inherited: Inherited, files: TrackFiles, binder: Binder): RealServer[] {
  const servers = new Map<string, RealServer>();
  for (const entry of values.all('real_server')) {
    const server = bindRealServer(entry, inherited, files, binder);
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
  method: Method | undefined,
  { report }: Binder,
): VirtualServer['sorryServer'] {
  const line = values.last('sorry_server')?.line;
  const [first, second] = line?.args ?? [];
  if (!line || !first) return undefined;
  const address = readAddress(first, report);
  const port = second ? readPort(second, report) : service?.port;
  if (address === undefined || port === undefined) return undefined;
  if (service && method === 'DR' && port !== service.port) {
    reportForcedPort('sorry_server', service.port, line, report);
    return { address, port: service.port };
  }
  return { address, port };
}

function bindPersistence(values: Values): VirtualServer['persistence'] {
  if (!values.has('persistence_timeout')) return undefined;
  const bare = values.last('persistence_timeout')?.line.args.length === 0;
  return bare ? seconds(360) : values.duration('persistence_timeout');
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
