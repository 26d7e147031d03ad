// The console on made-up nodes that move (test/console/play.ts): for looking at it while changing it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
// Below node_modules, so that a package that is not bundled is still found.
const outdir = mkdtempSync(join(root, 'node_modules/.play-'));
try {
  await build({
    absWorkingDir: root,
    entryPoints: ['test/console/play.ts'],
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    splitting: true,
    logLevel: 'warning',
    alias: { 'react-devtools-core': join(root, 'scripts/no-devtools.mjs') },
    define: { 'process.env.NODE_ENV': '"production"' },
    banner: { js: "import{createRequire as __r}from'node:module';const require=__r(import.meta.url);" },
  });
  const { status } = spawnSync(process.execPath, [join(outdir, 'play.mjs')], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
