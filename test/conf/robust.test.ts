/** Whatever is in the file: an answer, never an exception, and in time that grows with the file only. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KEYWORDS } from '../../src/conf/keywords.ts';
import { parseTree, printTree } from '../../src/conf/tree.ts';
import { instance, load, rendered, service } from './load.ts';

const WHOLE = `$NAME=value
global_defs {
    router_id \${NAME}
    script_user root
}
vrrp_script chk {
    script "/bin/check 'a b'" # why
    interval 2
}
${instance('    authentication { auth_type PASS\n    auth_pass hunter22\n    }\n    track_script { chk }')}
${service('', 'HTTP_GET {\n url {\n path /x\n status_code 200-299\n }\n retry 3\n }')}`;

test('a file cut off at any byte', () => {
  const bytes = Buffer.from(WHOLE);
  for (let end = 0; end <= bytes.length; end++) {
    const text = bytes.subarray(0, end).toString('utf8');
    const loaded = load(text);
    expect(printTree(parseTree('f', text))).toBe(text);
    expect(rendered(loaded)).not.toContain('hunter22');
  }
});

test('keywords, braces and values in any order', () => {
  const word = fc.oneof(
    fc.constantFrom(...KEYWORDS.map((row) => row.name)),
    fc.constantFrom(
      '{',
      '}',
      '{\n',
      '}\n',
      '\n',
      '#',
      '"',
      '192.0.2.1',
      '80',
      '-1',
      'weight',
      'DR',
      '$A',
      `$A=\${B}`,
      '@x',
    ),
    fc.string({ maxLength: 5 }),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 60 }), (words) => {
      const loaded = load(words.join(' '));
      rendered(loaded);
      for (const { span } of loaded.diagnostics) {
        expect(span.line).toBeGreaterThan(0);
        expect(span.column).toBeGreaterThan(0);
        expect(span.end).toBeGreaterThanOrEqual(span.start);
      }
    }),
    { numRuns: 1000 },
  );
});

test('diagnostics come in reading order', () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray(['state X', 'nopreemt', 'smtp_alert', 'advert_int 0', 'track_script { a }']),
      (lines) => {
        const starts = load(instance(lines.join('\n'))).diagnostics.map((one) => one.span.start);
        expect(starts).toEqual([...starts].sort((a, b) => a - b));
      },
    ),
  );
});

test('126,000 lines take a few seconds of one processor at most', () => {
  const one = (i: number): string =>
    instance(
      '    state BACKUP # c\n    advert_int 1\n    authentication {\n    auth_type PASS\n    auth_pass abc\n    }',
      `V${i}`,
    ).replace('eth0', `eth${i}`);
  const text = Array.from({ length: 9000 }, (_, i) => one(i)).join('');
  expect(text.split('\n').length).toBeGreaterThan(126_000);
  const before = process.cpuUsage();
  expect(load(text).configuration.instances).toHaveLength(9000);
  const used = process.cpuUsage(before);
  expect((used.user + used.system) / 1e6).toBeLessThan(6);
});
