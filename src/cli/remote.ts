/** A command of ours on another machine, by the system's ssh: its agent, its known_hosts, its configuration. */
import { EngineError } from '../control/link.ts';

const SSH_FAILED = 255;
const NOT_FOUND = 127;

/**
 * Runs `hatop WORDS` on `host`, with our standard streams, and gives its exit code; EngineError 1 where it could not be
 * reached. ssh hands one line to a shell there, so every word is quoted for it.
 */
export async function runOn(host: string, words: readonly string[]): Promise<number> {
  if (host.startsWith('-') || /\s/.test(host) || host === '') throw new EngineError(`"${host}" is no host for ssh`, 2);
  const { execa } = await import('execa');
  const line = ['hatop', ...words].map(quote).join(' ');
  const ended = await execa('ssh', ['--', host, line], { stdio: 'inherit', reject: false });
  if (ended.exitCode === undefined) {
    throw new EngineError(`ssh to ${host} did not run: ${ended.shortMessage ?? ended.signal ?? 'unknown'}`, 1);
  }
  if (ended.exitCode === SSH_FAILED) throw new EngineError(`ssh could not reach ${host} (see above)`, 1);
  if (ended.exitCode === NOT_FOUND) throw new EngineError(`${host} has no hatop in its PATH`, 1);
  return ended.exitCode;
}

/** As it is where no shell sees more in it; else between single quotes. */
const quote = (word: string): string =>
  /^[A-Za-z0-9_.:/=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
