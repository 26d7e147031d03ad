// Bundles a file of the tests that needs Ink, so that Node runs it without a test runner.
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The path of the module made of `entry`. `outdir` lies below node_modules, where what is not bundled is found. */
export async function bundleForTest(entry, outdir) {
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
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
  return join(outdir, `${basename(entry).replace(/\.tsx?$/, '')}.mjs`);
}
