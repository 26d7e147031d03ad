/** Reading the configuration for the engine: every problem on standard error, and no start on an error. */
import { renderDiagnostic } from '../conf/diagnostic.ts';
import type { Configuration } from '../conf/model.ts';
import { EngineError } from '../control/link.ts';
import { loadFromDisk } from './config-files.ts';

/** Refuses what `hatop config check` calls wrong (EngineError 2). */
export function readConfiguration(path: string, log: (text: string) => void): Configuration {
  const { configuration, diagnostics, sources } = loadFromDisk(path);
  for (const diagnostic of diagnostics) log(renderDiagnostic(diagnostic, sources.get(diagnostic.span.file)));
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  if (errors > 0) {
    throw new EngineError(`${path} has ${errors} error${errors === 1 ? '' : 's'}: nothing was started`, 2);
  }
  return configuration;
}
