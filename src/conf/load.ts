/** The one way in: a path, a way to read files, and out comes the configuration with everything that is odd about it. */
import type { IpAddress } from '../base/ip.ts';
import type { Result } from '../base/result.ts';
import { bindBfdInstances } from './bind-bfd.ts';
import { readTrackFiles } from './bind-file-check.ts';
import { bindGlobal } from './bind-global.ts';
import { bindSyncGroup, withGroupTracking } from './bind-group.ts';
import { type BoundInstance, bindInstance } from './bind-instance.ts';
import { bindScript } from './bind-script.ts';
import { bindService } from './bind-service.ts';
import { bindServiceGroups } from './bind-service-group.ts';
import { bindStatics } from './bind-static.ts';
import { bindSyncDaemon } from './bind-sync-daemon.ts';
import { bindWatched } from './bind-watched.ts';
import { type Binder, readBlock, type Values } from './block.ts';
import {
  reportHomelessServices,
  reportRefusedServices,
  reportSharedVrids,
  reportUntrackedScripts,
  withoutNamesakes,
} from './cross-check.ts';
import { type Diagnostic, inReadingOrder, type Report } from './diagnostic.ts';
import { expandFile } from './expand.ts';
import { inspectScripts, type ScriptFacts } from './inspect-script.ts';
import type { BfdInstance, Configuration, Endpoint, Span, SyncGroup, VirtualServer, VrrpScript } from './model.ts';
import { nameVirtualMacs } from './name-virtual-macs.ts';
import { createRoutingContext, type RoutingContext } from './routing-words.ts';

export interface LoadOptions {
  /** For `@id` lines: keepalived's `-i`, by default the first label of the host's name. */
  readonly configId?: string;
  /** The files that match an absolute or relative pattern, sorted. Without it `include` takes no patterns. */
  readonly listFiles?: (glob: string) => readonly string[];
  /** Looks at a check script; undefined: it is not there. Without it nobody looks. */
  readonly statScript?: (path: string) => ScriptFacts | undefined;
}

export interface Loaded {
  /** All that could be understood. Not to be run while there is an error among the diagnostics. */
  readonly configuration: Configuration;
  /** In reading order. */
  readonly diagnostics: readonly Diagnostic[];
  /** The text of every file that was read, for `renderDiagnostic`. */
  readonly sources: ReadonlyMap<string, string>;
}

/** Reads `path` and what it includes. Never throws for what stands in the files: it is in the diagnostics. */
export function loadConfiguration(
  path: string,
  readFile: (path: string) => Result<string, string>,
  options: LoadOptions = {},
): Loaded {
  const diagnostics: Diagnostic[] = [];
  const report: Report = (diagnostic) => void diagnostics.push(diagnostic);
  const sources = new Map<string, string>();
  const reader = { readFile, listFiles: options.listFiles, configId: options.configId };
  const lines = expandFile(path, reader, sources, report);
  const binder = makeBinder(report);
  const root = readBlock(lines, 'root', binder);
  const context = createRoutingContext(() => readTables(readFile));
  const configuration = bind(root, context, binder);
  const { scripts, instances, global } = configuration;
  inspectScripts(
    scripts,
    instances,
    global,
    { readFile, statScript: options.statScript, spanOf: commandSpans(root) },
    report,
  );
  return { configuration, diagnostics: inReadingOrder(diagnostics, [...sources.keys()]), sources };
}

export const hasErrors = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some((diagnostic) => diagnostic.severity === 'error');

function makeBinder(report: Report): Binder {
  const said = new Set<string>();
  return {
    report,
    notActed(what, { span }, hint) {
      const key = `${span.file}\0${what}`;
      if (said.has(key)) return;
      said.add(key);
      const message = `\`${what}\` is read but not acted on yet`;
      report({ code: 'not-acted', severity: 'warning', message, span, hint });
    },
  };
}

/** Names of routing tables, where this system keeps them. */
function readTables(readFile: (path: string) => Result<string, string>): string {
  const texts = ['/usr/share/iproute2/rt_tables', '/etc/iproute2/rt_tables'].map(readFile);
  return texts.flatMap((text) => (text.ok ? [text.value] : [])).join('\n');
}

function bind(root: Values, context: RoutingContext, binder: Binder): Configuration {
  const { report } = binder;
  const globals = bindGlobal(root.linesIn('global_defs'), binder);
  const scripts = bindScripts(root, binder);
  const { files, processes } = bindWatched(root, binder);
  const bfd = bindBfdInstances(root, binder);
  const sessions = new Map([...bfd].filter(([, { forVrrp }]) => forVrrp));
  const trackable = { scripts, files, processes, sessions };
  const read = bindStatics(root, globals.defaultInterface, context, binder, (entry) =>
    bindInstance(entry, globals, trackable, context, binder),
  );
  const bound = withoutNamesakes(read.instances, report);
  reportSharedVrids(bound, report);
  const names = new Set(root.all('vrrp_instance').map((entry) => entry.line.args[0]?.text ?? ''));
  const syncGroups = root
    .all('vrrp_sync_group')
    .map((entry) => bindSyncGroup(entry, names, trackable, binder))
    .filter((group) => group !== undefined);
  const instances = nameVirtualMacs(bound, globals, report).map((instance) =>
    withGroupTracking(instance, syncGroups, binder),
  );
  const virtualServers = bindServices(root, bfd, binder);
  reportHomelessServices(virtualServers, heldAddresses(bound, read.statics), bound.length > 0, report);
  reportRefusedServices(virtualServers, instances, report);
  reportUntrackedScripts([...scripts.values()], trackedScripts(bound, syncGroups), report);
  return {
    global: { ...globals.defs, syncDaemon: bindSyncDaemon(globals.values, instances, binder) },
    scripts: [...scripts.values()],
    trackFiles: [...files.values()],
    trackProcesses: [...processes.values()],
    bfdInstances: [...bfd.values()],
    syncGroups,
    instances,
    virtualServers,
    statics: read.statics,
  };
}

function bindScripts(root: Values, binder: Binder): Map<string, VrrpScript> {
  const scripts = new Map<string, VrrpScript>();
  for (const entry of root.all('vrrp_script')) {
    const script = bindScript(entry, binder);
    if (!script) continue;
    if (scripts.has(script.name)) {
      const message = `vrrp_script \`${script.name}\` is defined twice`;
      binder.report({
        code: 'duplicate',
        severity: 'warning',
        message,
        span: script.span,
        hint: 'the first one counts',
      });
    } else scripts.set(script.name, script);
  }
  return scripts;
}

function bindServices(root: Values, sessions: ReadonlyMap<string, BfdInstance>, binder: Binder): VirtualServer[] {
  const services = new Map<string, VirtualServer>();
  const askable = { files: readTrackFiles(root), sessions };
  const groups = bindServiceGroups(root, binder);
  for (const entry of root.all('virtual_server')) {
    const service = bindService(entry, groups, askable, binder);
    if (!service) continue;
    const keys = service.endpoints.map(keyOf);
    const twice = keys.find((key) => services.has(key));
    if (twice !== undefined) {
      const message = `virtual_server \`${twice}\` is defined twice`;
      binder.report({
        code: 'duplicate',
        severity: 'error',
        message,
        span: service.span,
        hint: 'put all real servers into one block',
      });
    } else for (const key of keys) services.set(key, service);
  }
  return [...new Set(services.values())];
}

const keyOf = (endpoint: Endpoint): string =>
  'address' in endpoint
    ? `${endpoint.address} ${endpoint.port} ${endpoint.protocol}`
    : `fwmark ${endpoint.mark}${endpoint.family === 6 ? ' inet6' : ''}`;

/** Where the program of each script is written: what is wrong with the program is reported there. */
function commandSpans(root: Values): (script: VrrpScript) => Span {
  const spans = new Map<string, Span>();
  for (const { line } of root.all('vrrp_script').toReversed()) {
    const command = line.block?.find((inner) => inner.keyword.text === 'script')?.args[0];
    if (command) spans.set(line.args[0]?.text ?? '', command.span);
  }
  return (script) => spans.get(script.name) ?? script.span;
}

/** Every address that this configuration itself puts on an interface, static ones too. */
function heldAddresses(bound: readonly BoundInstance[], statics: Configuration['statics']): Set<IpAddress> {
  const all = [...bound.flatMap(({ addresses }) => addresses), ...statics.addresses];
  return new Set(all.map((entry) => entry.address));
}

function trackedScripts(bound: readonly BoundInstance[], groups: readonly SyncGroup[]): Set<string> {
  const all = [...bound.flatMap(({ instance }) => instance ?? []), ...groups];
  return new Set(all.flatMap((one) => one.trackScripts.map((tracked) => tracked.script)));
}
