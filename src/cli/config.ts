/** `hatop config check FILE`. */
import { type Diagnostic, renderDiagnostic, type Severity } from '../conf/diagnostic.ts';
import type { Configuration } from '../conf/model.ts';
import { loadFromDisk } from '../daemon/config-files.ts';

type Write = (text: string) => void;

/** Prints what is wrong with `file`. Returns 0: clean (infos are), 1: warnings only, 2: errors, or it cannot be read. */
export function configCheck(file: string, options: { readonly json?: boolean }, out: Write, errOut: Write): number {
  const { configuration, diagnostics, sources } = loadFromDisk(file);
  const count = (severity: Severity): number => diagnostics.filter((one) => one.severity === severity).length;
  const errors = count('error');
  const warnings = count('warning');
  const status = errors > 0 ? 2 : warnings > 0 ? 1 : 0;
  if (options.json) {
    const found = contents(configuration);
    out(
      `${JSON.stringify({ file, errors, warnings, infos: count('info'), found, diagnostics: diagnostics.map(plain) }, null, 2)}\n`,
    );
    return status;
  }
  if (!sources.has(file)) {
    errOut(`hatop: ${diagnostics[0]?.message ?? `\`${file}\` cannot be read`}\n`);
    return status;
  }
  for (const diagnostic of diagnostics) out(`${renderDiagnostic(diagnostic, sources.get(diagnostic.span.file))}\n`);
  const verdict = status === 0 ? 'clean' : `${counted(errors, 'error')}, ${counted(warnings, 'warning')}`;
  out(`${file}: ${verdict} (${summary(configuration)})\n`);
  return status;
}

function plain({ code, severity, message, hint, span }: Diagnostic) {
  return { code, severity, message, hint: hint ?? null, file: span.file, line: span.line, column: span.column };
}

function contents({ instances, scripts, syncGroups, virtualServers }: Configuration) {
  const realServers = virtualServers.reduce((total, service) => total + service.realServers.length, 0);
  const counts = { instances: instances.length, scripts: scripts.length, syncGroups: syncGroups.length };
  return { ...counts, virtualServers: virtualServers.length, realServers };
}

function summary(configuration: Configuration): string {
  const { instances, virtualServers, realServers } = contents(configuration);
  return [
    counted(instances, 'instance'),
    counted(virtualServers, 'virtual server'),
    counted(realServers, 'real server'),
  ].join(', ');
}

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
