import { describe, expect, test } from 'vitest';
import { BROADCAST, macBytes, macFromBytes, parseMac } from '../../src/base/mac.ts';

describe('hardware addresses', () => {
  test('are spelled in lower case with colons', () => {
    expect(parseMac('00:00:5E:00:01:33')).toBe('00:00:5e:00:01:33');
  });

  test.each(['', '00:00:5e:00:01', '00:00:5e:00:01:33:44', '0:0:5e:0:1:33', '00-00-5e-00-01-33', '00:00:5e:00:01:3g'])(
    '%j is none',
    (text) => {
      expect(parseMac(text)).toBeUndefined();
    },
  );

  test('survive the way to bytes and back', () => {
    const mac = parseMac('02:00:00:0a:ff:09')!;
    expect([...macBytes(mac)]).toEqual([2, 0, 0, 0x0a, 0xff, 9]);
    expect(macFromBytes(macBytes(mac))).toBe(mac);
  });

  test('are read from the first six bytes', () => {
    expect(macFromBytes(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8))).toBe('01:02:03:04:05:06');
  });

  test('broadcast is all ones', () => {
    expect([...macBytes(BROADCAST)]).toEqual(Array(6).fill(0xff));
  });
});
