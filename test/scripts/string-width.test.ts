import { join } from 'node:path';
import { build } from 'esbuild';
import fc from 'fast-check';
import theirs from 'string-width';
import { expect, test } from 'vitest';

type StringWidth = typeof theirs;

/** As the bundle has it: `require` of a module is esbuild's to resolve. */
async function bundled(): Promise<StringWidth> {
  const entry = join(import.meta.dirname, '../../scripts/string-width.mjs');
  const options = { bundle: true, format: 'esm', platform: 'node', write: false, logLevel: 'error' } as const;
  const { outputFiles } = await build({ ...options, entryPoints: [entry] });
  const code = Buffer.from(outputFiles[0]!.contents).toString('base64');
  return ((await import(`data:text/javascript;base64,${code}`)) as { default: StringWidth }).default;
}

test('the width that the bundle computes is that of the library, for any text', async () => {
  const ours = await bundled();
  const coloured = fc.tuple(
    fc.constantFrom('', '\x1b[31m', '\x1b[1;4m', '\x1b]8;;x\x07'),
    fc.string({ unit: 'binary' }),
  );
  const drawn = fc.constantFrom(...'●○✓✗▶│─┌█▁…→×·é');
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    coloured.map((parts) => parts.join('')),
    fc.string({ unit: drawn }),
  );
  fc.assert(
    fc.property(text, (sample) => ours(sample) === theirs(sample)),
    { numRuns: 2000 },
  );
  for (let code = 0x20; code < 0x3000; code++) {
    const char = String.fromCharCode(code);
    if (ours(char) !== theirs(char)) expect.fail(`U+${code.toString(16)}: ${ours(char)}, not ${theirs(char)}`);
  }
  expect(ours('±', { ambiguousIsNarrow: false })).toBe(2);
});
