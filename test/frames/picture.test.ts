import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { picture } from './picture-frame.ts';

test('the picture in the docs is what the console draws (else: node scripts/picture.mjs)', () => {
  expect(readFileSync(join(import.meta.dirname, '../../docs/console.svg'), 'utf8')).toBe(picture());
});
