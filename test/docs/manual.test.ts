import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('docs/hatop.8 is what the command line says of itself (node scripts/manual.mjs writes it)', async () => {
  // @ts-expect-error: a script without types
  const { manual } = await import('../../scripts/manual.mjs');
  expect(readFileSync(join(import.meta.dirname, '../../docs/hatop.8'), 'utf8')).toBe(await manual());
}, 30_000);
