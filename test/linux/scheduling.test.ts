import { expect, test } from 'vitest';
import { codeRanges } from '../../src/linux/scheduling.ts';

const MAPS = `00400000-00e00000 r--p 00000000 08:01 4711                               /usr/bin/node
00e00000-02a00000 r-xp 00a00000 08:01 4711                               /usr/bin/node
02a00000-02c00000 rw-p 02600000 08:01 4711                               /usr/bin/node
3f000000-3f800000 rw-p 00000000 00:00 0                                  [heap]
7f0000000000-7f0008000000 r-xp 00000000 00:00 0
7f1000001000-7f1000003000 r-xp 00001000 08:01 4712                       /usr/lib/libc.so.6
7ffe00001000-7ffe00003000 r-xp 00000000 00:00 0                          [vdso]
`;

test('code is what is executable and comes from a file: no heap, no JIT, no vdso', () => {
  expect(codeRanges(MAPS)).toEqual([
    { start: 0xe00000, length: 0x1c00000 },
    { start: 0x7f1000001000, length: 0x2000 },
  ]);
});
