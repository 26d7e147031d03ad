/** `enable_script_security`, as keepalived understands it: root runs nothing that somebody else could have changed. */
import type { Configuration, VrrpScript } from '../conf/model.ts';
import { insecurePathPart } from '../linux/script-security.ts';

/**
 * The configuration without the scripts that must not be run, and a line for each. Its instances go on untracked, as
 * under keepalived: a fault on both nodes would be an outage that nobody asked for.
 */
export function withoutInsecureScripts(configuration: Configuration): {
  readonly configuration: Configuration;
  readonly warnings: readonly string[];
} {
  const { global, scripts } = configuration;
  if (!global.enableScriptSecurity) return { configuration, warnings: [] };
  const asRoot = ({ user }: VrrpScript): boolean => (user ?? global.scriptUser?.user ?? 'root') === 'root';
  const judged = scripts.map((script) => ({
    script,
    why: asRoot(script) ? insecurePathPart(script.argv[0] ?? '') : undefined,
  }));
  return {
    configuration: { ...configuration, scripts: judged.flatMap(({ script, why }) => (why ? [] : [script])) },
    warnings: judged.flatMap(({ script, why }) =>
      why ? [`script ${script.name} is not run (enable_script_security): ${why}; nothing tracks it`] : [],
    ),
  };
}
