/** keepalived's checkers on a kernel without IPVS, and what they thought, from its log. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LabProcess, startProcess } from '../../src/lab/process.ts';

export interface Checkers {
  readonly process: LabProcess;
  /** Its last word on a real server's place in the table; undefined: none since the start. */
  verdict(address: string): 'up' | 'down' | undefined;
}

/** keepalived with the shim; `more`: options such as `-C`. */
export function startKeepalived(
  namespace: string,
  folder: string,
  configuration: string,
  ...more: string[]
): LabProcess {
  const shim = join(folder, 'ipvs-shim.so');
  execFileSync('cc', ['-O2', '-shared', '-fPIC', '-o', shim, join(import.meta.dirname, 'ipvs-shim.c')]);
  const file = join(folder, 'keepalived.conf');
  writeFileSync(file, configuration);
  const pids = [
    '-p',
    join(folder, 'keepalived.pid'),
    '-c',
    join(folder, 'checkers.pid'),
    '-r',
    join(folder, 'vrrp.pid'),
  ];
  const argv = ['keepalived', '-n', '-l', '-D', ...more, '-f', file, ...pids];
  return startProcess(argv, { namespace, environment: { LD_PRELOAD: shim } });
}

export function startKeepalivedCheckers(namespace: string, folder: string, configuration: string): Checkers {
  const process = startKeepalived(namespace, folder, configuration, '-C');
  return {
    process,
    verdict(address) {
      const line = process.lines.findLast(({ text }) =>
        new RegExp(`(Adding|Removing) service \\[${address.replaceAll('.', '\\.')}\\]:`).test(text),
      );
      return line && (line.text.includes('Adding') ? 'up' : 'down');
    },
  };
}
