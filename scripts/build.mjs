// Bundles the command line and the reactor's worker into dist/. Start-up is why: unbundled, Ink alone takes longer to
// load than everything else together (docs/decisions/0002-bundle.md).
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

export async function bundle(outdir = join(root, 'dist')) {
  rmSync(outdir, { recursive: true, force: true });
  // Programs of the lab's nodes: node runs them as they are.
  cpSync(join(root, 'src/lab/actors'), join(outdir, 'actors'), { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: {
      main: 'src/cli/main.ts',
      'router-worker': 'src/daemon/router-worker.ts',
    },
    outdir,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    splitting: true,
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: 'linked',
    logLevel: 'warning',
    // Native, and with its own files beside it: it stays a package.
    // blessed requires its widgets by name at run time: it and what is built on it stay packages, too.
    external: ['koffi', 'blessed', 'blessed-contrib'],
    alias: {
      // Ink imports its development tools statically; a stub keeps them out.
      'react-devtools-core': join(root, 'scripts/no-devtools.mjs'),
      'string-width': join(root, 'scripts/string-width.mjs'),
    },
    define: {
      'process.env.NODE_ENV': '"production"',
      __HATOP_VERSION__: JSON.stringify(version),
      // Yoga would fetch its own embedded bytes, for which node loads all of its HTTP client; without, it decodes them.
      fetch: 'undefined',
    },
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle();
