/** The one place that runs nft: a transaction, whole or not at all. */
import { spawnSync } from 'node:child_process';
import { err, ok, type Result } from '../base/result.ts';

/** A transaction of a thousand servers takes well under a second; a kernel that hangs must not take us with it. */
const TIMEOUT_MS = 10_000;
const FOLDERS = ['/usr/sbin', '/sbin', '/usr/local/sbin'];

/** Hands `script` to nft; with `check` only asks whether nft and the kernel would take it. The error is nft's own first line. */
export function runNft(script: string, check = false): Result<void, string> {
  const run = spawnNft(check ? ['-c', '-f', '-'] : ['-f', '-'], script);
  if (run.error) return err(run.error.message.includes('ENOENT') ? NOT_INSTALLED : run.error.message);
  if (run.status === 0) return ok(undefined);
  return err(firstLine(run.stderr) ?? `nft ended with ${run.status ?? run.signal}`);
}

const NOT_INSTALLED = 'the program nft is not installed (apt-get install nftables)';

const spawnNft = (argv: readonly string[], input: string) =>
  spawnSync('nft', argv, {
    input,
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    maxBuffer: 16 << 20,
    env: { PATH: [process.env.PATH, ...FOLDERS].filter(Boolean).join(':'), LC_ALL: 'C' },
  });

/** `/dev/stdin:3:1-5: Error: No such file or directory`, without the place: it means nothing to whoever reads it. */
const firstLine = (text: string): string | undefined =>
  text
    .split('\n')
    .find((line) => line.includes('Error: '))
    ?.replace(/^.*?Error: /, '');
