// The console on made-up nodes that move (test/console/play.ts): for looking at it while changing it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleForTest } from './test-bundle.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const outdir = mkdtempSync(join(root, 'node_modules/.play-'));
try {
  const { status } = spawnSync(process.execPath, [await bundleForTest('test/console/play.ts', outdir)], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
