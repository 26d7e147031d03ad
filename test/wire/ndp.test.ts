import { describe, expect, test } from 'vitest';
import { internetChecksum } from '../../src/base/checksum.ts';
import { ip } from '../../src/base/ip.ts';
import { parseMac } from '../../src/base/mac.ts';
import { decodeNeighbour, solicitation, unsolicitedAdvertisement } from '../../src/wire/ndp.ts';
import { pseudoHeader } from '../../src/wire/pseudo-header.ts';

const MAC = parseMac('02:00:00:00:00:01')!;
const VIP = ip('fd77::100');
const OWN = ip('fe80::1');

describe('neighbour discovery', () => {
  const frame = unsolicitedAdvertisement(MAC, VIP);

  test('unsolicited advertisement: R 1, S 0, O 1, to all nodes, hop limit 255 (RFC 9568 §6.4.2)', () => {
    expect([...frame.subarray(0, 6)]).toEqual([0x33, 0x33, 0, 0, 0, 1]);
    expect(frame[14 + 7]).toBe(255);
    expect(frame[14 + 40 + 4]).toBe(0b1010_0000);
    expect(decodeNeighbour(frame)).toEqual({
      kind: 'advertisement',
      source: VIP,
      target: VIP,
      mac: MAC,
      solicited: false,
      override: true,
      router: true,
    });
  });

  test('its checksum, over the pseudo-header, comes to nothing', () => {
    const message = frame.subarray(54);
    const header = pseudoHeader({ source: VIP, destination: ip('ff02::1') }, 58, message.length);
    expect(internetChecksum(header, message)).toBe(0);
  });

  test('a solicitation goes to the solicited-node group of what it asks for', () => {
    const asked = solicitation(MAC, ip('fd77::12:3456'), OWN);
    expect([...asked.subarray(0, 6)]).toEqual([0x33, 0x33, 0xff, 0x12, 0x34, 0x56]);
    expect(decodeNeighbour(asked)).toMatchObject({ kind: 'solicitation', source: OWN, mac: MAC });
  });

  test.each([
    ['another hop limit', 21, 254],
    ['another protocol', 20, 6],
    ['another type', 54, 134],
    ['another ethertype', 13, 0],
  ])('%s: nothing of ours', (_, at, value) => {
    const other = frame.slice();
    other[at] = value;
    expect(decodeNeighbour(other)).toBeUndefined();
  });

  test('cut short', () => {
    for (let length = 0; length < 78; length++) expect(decodeNeighbour(frame.subarray(0, length))).toBeUndefined();
  });
});
