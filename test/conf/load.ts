/** Loads configurations from memory. */
import { err, ok } from '../../src/base/result.ts';
import { type Diagnostic, renderDiagnostic } from '../../src/conf/diagnostic.ts';
import { type Loaded, type LoadOptions, loadConfiguration } from '../../src/conf/load.ts';

export const MAIN = '/etc/keepalived/keepalived.conf';

export interface Files {
  readonly [path: string]: string;
}

export function load(text: string, options: LoadOptions = {}, files: Files = {}): Loaded {
  const all: Files = { ...files, [MAIN]: text };
  return loadConfiguration(
    MAIN,
    (path) => {
      const found = all[path];
      return found === undefined ? err(`\`${path}\` does not exist`) : ok(found);
    },
    options,
  );
}

/** `LINE:COL severity code: message`, one for each diagnostic. */
export const brief = (loaded: Loaded): string[] =>
  loaded.diagnostics.map(
    ({ span, severity, code, message }) => `${span.line}:${span.column} ${severity} ${code}: ${message}`,
  );

export const rendered = (loaded: Loaded): string =>
  loaded.diagnostics.map((one) => renderDiagnostic(one, loaded.sources.get(one.span.file))).join('\n');

/** The only diagnostic; fails where there are more or none. */
export function only(loaded: Loaded): Diagnostic {
  const [first, ...more] = loaded.diagnostics;
  if (!first || more.length > 0) throw new Error(`expected one diagnostic, got:\n${brief(loaded).join('\n')}`);
  return first;
}

/** A `vrrp_instance` that nothing is wrong with; `lines` go inside, before its own. */
export const instance = (lines = '', name = 'VI_1'): string => `vrrp_instance ${name} {
${lines}
    interface eth0
    virtual_router_id 51
    priority 100
    virtual_ipaddress {
        192.0.2.10/24
    }
}
`;

/** A `virtual_server` that nothing is wrong with but that no instance holds its address. */
export const service = (lines = '', server = 'weight 1'): string => `virtual_server 192.0.2.10 80 {
    lb_algo wrr
    lb_kind DR
    protocol TCP
${lines}
    real_server 192.0.2.21 80 {
        ${server}
    }
}
`;
