import { expect, test } from 'vitest';
import { type AdvertSeen, falseFailovers, intervalsOf, readCapture } from './adverts-seen.ts';

const advert = (at: number, source: string, vrid = 1, priority = 100): AdvertSeen => ({ at, source, vrid, priority });

/** One record of a capture file: seconds, fraction, an IPv4 advertisement from 10.0.0.1. */
function record(seconds: number, fraction: number, { protocol = 112, vrid = 51, options = 0 } = {}): Uint8Array {
  const packet = new Uint8Array(20 + options + 8);
  packet[0] = 0x45 + options / 4;
  packet[9] = protocol;
  packet.set([10, 0, 0, 1], 12);
  packet.set([0x31, vrid, 200], 20 + options);
  const bytes = new Uint8Array(16 + 14 + packet.length);
  const header = new DataView(bytes.buffer);
  header.setUint32(0, seconds, true);
  header.setUint32(4, fraction, true);
  header.setUint32(8, 14 + packet.length, true);
  header.setUint32(12, 14 + packet.length, true);
  bytes.set([0x08, 0x00], 16 + 12);
  bytes.set(packet, 16 + 14);
  return bytes;
}

function file(magic: number, ...records: Uint8Array[]): Uint8Array {
  const header = new Uint8Array(24);
  new DataView(header.buffer).setUint32(0, magic, true);
  return Uint8Array.from([header, ...records].flatMap((part) => [...part]));
}

test('a capture file tells when who advertised which virtual router', () => {
  const whole = file(
    0xa1b2c3d4,
    record(5, 250_000),
    record(6, 1, { protocol: 17 }),
    record(7, 0, { options: 4, vrid: 9 }),
  );
  expect(readCapture(whole)).toEqual([
    { at: 5250, source: '10.0.0.1', vrid: 51, priority: 200 },
    { at: 7000, source: '10.0.0.1', vrid: 9, priority: 200 },
  ]);
});

test('stamps in nanoseconds; the last record, cut off, is left out', () => {
  const whole = file(0xa1b23c4d, record(5, 500_000), record(6, 0));
  expect(readCapture(whole.subarray(0, whole.length - 3)).map(({ at }) => at)).toEqual([5000.5]);
  expect(() => readCapture(file(7))).toThrow('no capture file');
});

test('intervals are those of one source and one virtual router', () => {
  const adverts = [
    advert(0, 'm', 1),
    advert(3, 'm', 2),
    advert(5, 'b', 1),
    advert(10, 'm', 1),
    advert(13.5, 'm', 2),
    advert(40, 'm', 1),
  ];
  expect(intervalsOf(adverts, 'm')).toEqual({ count: 3, mean: (10 + 10.5 + 30) / 3, p99: 30, longest: 30 });
});

test('a backup that speaks while the master does is one false failover for each time that it begins', () => {
  const adverts = [advert(0, 'm'), advert(5, 'b'), advert(15, 'b'), advert(16, 'b', 2), advert(100, 'b')];
  expect(falseFailovers(adverts, 'm', 30)).toBe(3);
});

test('the master, and who resigns, are none', () => {
  expect(falseFailovers([advert(0, 'm'), advert(50, 'b', 1, 0)], 'm', 30)).toBe(0);
});
