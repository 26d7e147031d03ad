// Draws docs/console.svg from the console itself, on the fixtures of its tests.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleForTest } from './test-bundle.mjs';

process.env.TZ = 'UTC';
process.env.NODE_ENV = 'production';
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const outdir = mkdtempSync(join(root, 'node_modules/.picture-'));
try {
  const file = await bundleForTest('test/frames/picture-frame.ts', outdir);
  const { picture } = await import(pathToFileURL(file).href);
  writeFileSync(join(root, 'docs/console.svg'), picture());
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
