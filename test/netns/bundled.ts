/** Our TypeScript as a file that plain node runs, for what has to be a process of its own. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { onTestFinished } from 'vitest';

/** `entry` from the repository's root. The file lies inside the repository, so that packages are found; it goes with the test. */
export async function bundled(entry: string): Promise<string> {
  await mkdir('.scratch', { recursive: true });
  const folder = await mkdtemp('.scratch/bundled-');
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const outfile = join(process.cwd(), folder, `${basename(entry, '.ts')}.mjs`);
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
  });
  return outfile;
}
