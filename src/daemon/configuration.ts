/** Reading the configuration for the engine: every problem on standard error, and no start on an error. */

import { existsSync } from 'node:fs';
import { type Diagnostic, renderDiagnostic } from '../conf/diagnostic.ts';
import { type HatopConf, loadHatopConf, NO_HATOP_CONF } from '../conf/hatop-conf.ts';
import type { Configuration } from '../conf/model.ts';
import { EngineError } from '../control/link.ts';
import { loadFromDisk, readText } from './config-files.ts';

type Said = (text: string) => void;

/** Refuses what `hatop config check` calls wrong (EngineError 2). */
export function readConfiguration(path: string, log: Said): Configuration {
  const { configuration, diagnostics, sources } = loadFromDisk(path);
  refuseErrors(path, diagnostics, sources, log);
  return configuration;
}

/** hatop's own file. It need not be there, unless somebody named it. Refuses any mistake in it (EngineError 2). */
export function readHatopConf(path: string, named: boolean, log: Said): HatopConf {
  if (!named && !existsSync(path)) return NO_HATOP_CONF;
  const { settings, diagnostics, sources } = loadHatopConf(path, (file) => readText(file, file === path));
  refuseErrors(path, diagnostics, sources, log);
  return settings;
}

function refuseErrors(
  path: string,
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
  log: Said,
): void {
  for (const diagnostic of diagnostics) log(renderDiagnostic(diagnostic, sources.get(diagnostic.span.file)));
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  if (errors > 0) {
    throw new EngineError(`${path} has ${errors} error${errors === 1 ? '' : 's'}: nothing was started`, 2);
  }
}
