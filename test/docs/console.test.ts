import { expect, test } from 'vitest';
import { consolePage } from './console-page.ts';

test('docs/console.md is what the console has (npm run test:unit -- -u writes it)', async () => {
  await expect(consolePage()).toMatchFileSnapshot('../../docs/console.md');
});
