/** Reading the configuration for the engine: every problem on standard error, and no start on an error. */
import { readFileSync } from 'node:fs';
import { err, ok, type Result } from '../base/result.ts';
import { renderDiagnostic } from '../conf/diagnostic.ts';
import { loadConfiguration } from '../conf/load.ts';
import type { Configuration } from '../conf/model.ts';
import { EngineError } from '../control/link.ts';

/** Rejects a configuration that `hatop config check` would call wrong (EngineError 2). */
export function readConfiguration(path: string, log: (text: string) => void): Configuration {
  const { configuration, diagnostics, sources } = loadConfiguration(path, readText);
  for (const diagnostic of diagnostics) log(renderDiagnostic(diagnostic, sources.get(diagnostic.span.file) ?? ''));
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  if (errors > 0) {
    throw new EngineError(`${path} has ${errors} error${errors === 1 ? '' : 's'}: nothing was started`, 2);
  }
  return configuration;
}

function readText(path: string): Result<string, string> {
  try {
    return ok(readFileSync(path, 'utf8'));
  } catch (error) {
    return err((error as NodeJS.ErrnoException).code ?? String(error));
  }
}
