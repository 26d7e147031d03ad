import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Builds hatop into a folder of its own, as `npm run build` does; `run` is the words that start it in the guest. */
export function buildHatop(): { readonly folder: string; readonly run: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'hatop-built-'));
  const build = fileURLToPath(new URL('../../scripts/build.mjs', import.meta.url));
  const program = `const { bundle } = await import(${JSON.stringify(build)}); await bundle(${JSON.stringify(folder)})`;
  execFileSync(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'ignore', 'inherit'] });
  return { folder, run: `node ${folder}/main.js`, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
