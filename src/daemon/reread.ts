/** Reading the configuration again while the engine runs, with all that would refuse a start. */
import { renderDiagnostic } from '../conf/diagnostic.ts';
import { EngineError, type EngineLink } from '../control/link.ts';
import type { Reread } from '../engine/reload/plan.ts';
import { loadFromDisk } from './config-files.ts';
import type { Log } from './log.ts';
import { withoutUnusableScripts } from './script-policy.ts';
import { requireInterfaces } from './surroundings.ts';
import { takenNames } from './virtual-macs.ts';

/** Does not throw for what stands in the file: it is among the problems. */
export function rereadConfiguration(path: string): Reread {
  const { configuration: read, diagnostics, sources } = loadFromDisk(path);
  const { configuration, warnings } = withoutUnusableScripts(read);
  const errors = diagnostics
    .filter(({ severity }) => severity === 'error')
    .map((diagnostic) => renderDiagnostic(diagnostic, sources.get(diagnostic.span.file)));
  return {
    configuration,
    problems: [
      ...[...errors, ...missingInterface(configuration), ...takenNames(configuration)].map((text) => ({
        severity: 'error' as const,
        text,
      })),
      ...warnings.map((text) => ({ severity: 'warning' as const, text })),
    ],
  };
}

function missingInterface(configuration: Reread['configuration']): string[] {
  try {
    requireInterfaces(configuration);
    return [];
  } catch (error) {
    if (error instanceof EngineError) return [error.message];
    throw error;
  }
}

/** What hangups mean; `of` is where they come from. */
export interface Hangups {
  /** From now on each reloads this engine, also one that came before. */
  reload(engine: { linkFor(by: string): Pick<EngineLink, 'operate'> }): void;
}

/**
 * `kill -HUP`, `systemctl reload`: what is wrong is in the log and in the journal, and nothing is changed then. Watched
 * from the very start, since a hangup that nobody waits for ends a process; several during one reload are one more.
 */
export function watchForHangups(log: Log, of: Pick<NodeJS.Process, 'on'> = process): Hangups {
  let pending = false;
  let act = (): void => {};
  of.on('SIGHUP', () => {
    pending = true;
    act();
  });
  return {
    reload(engine) {
      const link = engine.linkFor('SIGHUP');
      let running = false;
      const next = async (): Promise<void> => {
        if (running) return;
        running = true;
        while (pending) {
          pending = false;
          await link.operate({ verb: 'reload', target: 'configuration', yes: true }).then(
            ({ text }) => log(text),
            (error: unknown) => log(`warning: not reloaded: ${error instanceof Error ? error.message : String(error)}`),
          );
        }
        running = false;
      };
      act = () => void next();
      act();
    },
  };
}
