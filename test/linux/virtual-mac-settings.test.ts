import { expect, test } from 'vitest';
import { readMark, writeMark } from '../../src/linux/virtual-mac-settings.ts';

test('the mark says what was before, in what an alias has room for', () => {
  const mark = {
    found: false,
    before: [
      { setting: 'arp_ignore', value: '0' },
      { setting: 'arp_announce', value: '2' },
    ],
  };
  expect(writeMark(mark)).toBe('hatop: made; before: arp_ignore=0 arp_announce=2');
  expect(readMark(writeMark(mark))).toEqual(mark);
  expect(readMark(writeMark({ ...mark, found: true }))?.found).toBe(true);
});

test.each([
  undefined,
  '',
  'uplink',
  'hatop',
  'hatop: made',
  'hatop: made; before: ../x=1',
  'xhatop: made; before: a=1',
])('%s is not ours', (alias) => {
  expect(readMark(alias)).toBeUndefined();
});
