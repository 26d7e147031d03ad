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

export function startKeepalivedCheckers(namespace: string, folder: string, configuration: string): Checkers {
  const shim = join(folder, 'ipvs-shim.so');
  execFileSync('cc', ['-O2', '-shared', '-fPIC', '-o', shim, join(import.meta.dirname, 'ipvs-shim.c')]);
  const file = join(folder, 'keepalived.conf');
  writeFileSync(file, configuration);
  const pids = ['-p', join(folder, 'keepalived.pid'), '-c', join(folder, 'checkers.pid')];
  const argv = ['keepalived', '-n', '-l', '-D', '-C', '-f', file, ...pids];
  const process = startProcess(argv, { namespace, environment: { LD_PRELOAD: shim } });
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
