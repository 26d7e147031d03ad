// Runs a bench on a build of its own, beside dist: node test/bench/run.mjs NAME [ARGUMENTS]
//
// NAME.ts becomes a program of the same folder as the product's bundle. It finds the product in HATOP_BIN.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundle } from '../../scripts/build.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [name = '', ...args] = process.argv.slice(2);
const entry = (program) => join(root, 'test/bench', `${program}.ts`);
if (!/^[a-z-]+$/.test(name) || !existsSync(entry(name))) {
  console.error(
    'usage: node test/bench/run.mjs startup|takeover|handover|reactor|adverts|scale|balance|updates [ARGUMENTS]',
  );
  process.exit(2);
}
process.chdir(root);
process.env.NODE_ENV = 'production';
mkdirSync('.scratch', { recursive: true });
// Inside the repository, so that koffi is found.
const folder = mkdtempSync(join(root, '.scratch/bench-'));
try {
  const dist = join(folder, 'dist');
  await bundle(dist);
  cpSync('bin/hatop.js', join(folder, 'bin/hatop.js'));
  await build({
    entryPoints: [name, 'rival', 'alarm-worker'].map(entry),
    outdir: dist,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
  });
  const env = { ...process.env, HATOP_BIN: join(folder, 'bin/hatop.js') };
  const run = spawnSync(process.execPath, [join(dist, `${name}.js`), ...args], { stdio: 'inherit', env });
  process.exitCode = run.status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
