/** Which vrrp_scripts, MISC_CHECKs and notify scripts are run at all, as keepalived decides it at its start. */
import { accessSync, constants } from 'node:fs';
import type { Configuration, VrrpScript } from '../conf/model.ts';
import type { NotifyCommand, NotifyFifo, NotifyScripts } from '../conf/notify-model.ts';
import { virtualServerName } from '../engine/assemble.ts';
import { insecurePathPart } from '../linux/script-security.ts';

/**
 * The configuration without the scripts that cannot or must not be run, and a line for each. Instances that track them
 * go on unguarded, as under keepalived: a fault on both nodes would be an outage that nobody asked for. A script that
 * disappears later fails its runs.
 */
export function withoutUnusableScripts(configuration: Configuration): {
  readonly configuration: Configuration;
  readonly warnings: readonly string[];
} {
  const { global, scripts } = configuration;
  const judged = scripts.map((script) => ({ script, why: unusable(script, global) }));
  const warnings = judged.flatMap(({ script, why }) =>
    why ? [`script ${script.name} is not run: ${why}; what tracks it goes on unguarded`] : [],
  );
  const virtualServers = configuration.virtualServers.map((service) => ({
    ...service,
    realServers: service.realServers.map((server) => ({
      ...server,
      checks: server.checks.filter((check) => {
        const why = check.kind === 'script' ? unusable(check, global) : undefined;
        if (why) warnings.push(`MISC_CHECK of ${hostPort(server)} is not run: ${why}; the server goes on without it`);
        return !why;
      }),
    })),
  }));
  const rest = {
    ...configuration,
    scripts: judged.flatMap(({ script, why }) => (why ? [] : [script])),
    virtualServers,
  };
  return { configuration: withoutUnusableNotifyScripts(rest, warnings), warnings };
}

/** Adds to `warnings`. What they would have told of goes on; a FIFO is written to without its script. */
function withoutUnusableNotifyScripts(configuration: Configuration, warnings: string[]): Configuration {
  const { global } = configuration;
  const usable = (word: string, of: string, command: NotifyCommand | undefined): NotifyCommand | undefined => {
    const why = command && unusable(command, global);
    if (why) warnings.push(`${word} of ${of} is not run: ${why}`);
    return why ? undefined : command;
  };
  const ofRouter = <R extends Notified>(kind: string, router: R): R => {
    const { master, backup, fault, stop, any } = router.notify;
    const of = `${kind} ${router.name}`;
    const notify: NotifyScripts = {
      master: usable('notify_master', of, master),
      backup: usable('notify_backup', of, backup),
      fault: usable('notify_fault', of, fault),
      stop: usable('notify_stop', of, stop),
      any: usable('notify', of, any),
    };
    return { ...router, notify };
  };
  const ofFifo = (word: string, fifo: NotifyFifo | undefined): NotifyFifo | undefined =>
    fifo && { ...fifo, script: usable(word, fifo.path, fifo.script) };
  const { all, vrrp, lvs } = global.fifos;
  return {
    ...configuration,
    global: {
      ...global,
      fifos: {
        all: ofFifo('notify_fifo_script', all),
        vrrp: ofFifo('vrrp_notify_fifo_script', vrrp),
        lvs: ofFifo('lvs_notify_fifo_script', lvs),
      },
    },
    instances: configuration.instances.map((one) => ofRouter('instance', one)),
    syncGroups: configuration.syncGroups.map((one) => ofRouter('group', one)),
    virtualServers: configuration.virtualServers.map((service) => ({
      ...service,
      quorumUp: usable('quorum_up', virtualServerName(service), service.quorumUp),
      quorumDown: usable('quorum_down', virtualServerName(service), service.quorumDown),
      realServers: service.realServers.map((server) => ({
        ...server,
        notifyUp: usable('notify_up', hostPort(server), server.notifyUp),
        notifyDown: usable('notify_down', hostPort(server), server.notifyDown),
      })),
    })),
  };
}

type Notified = { readonly name: string; readonly notify: NotifyScripts };

type Runnable = Pick<VrrpScript, 'argv' | 'user'>;
const hostPort = ({ address, port }: { readonly address: string; readonly port: number }): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

const unusable = (script: Runnable, global: Configuration['global']): string | undefined =>
  missing(script) ?? insecure(script, global);

/** Only for paths: a bare name is looked up when it runs. */
function missing({ argv }: Runnable): string | undefined {
  const program = argv[0] ?? '';
  if (!program.includes('/')) return undefined;
  try {
    accessSync(program, constants.X_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? `${program} does not exist` : `${program} cannot be executed (${code})`;
  }
}

/** `enable_script_security`: root runs nothing that somebody else could have changed. */
function insecure(script: Runnable, global: Configuration['global']): string | undefined {
  const user = script.user ?? global.scriptUser?.user ?? 'root';
  if (!global.enableScriptSecurity || user !== 'root') return undefined;
  const part = insecurePathPart(script.argv[0] ?? '');
  return part && `${part} (enable_script_security)`;
}
