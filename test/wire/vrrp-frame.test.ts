import { expect, test } from 'vitest';
import { internetChecksum } from '../../src/base/checksum.ts';
import { ip } from '../../src/base/ip.ts';
import { parseMac } from '../../src/base/mac.ts';
import { decodeEthernet } from '../../src/wire/ethernet.ts';
import { decodeIpv4 } from '../../src/wire/ipv4.ts';
import { encodeVrrpFrame, frameDatagram } from '../../src/wire/vrrp-frame.ts';

const message = Uint8Array.of(0x31, 51, 100, 1, 0, 10, 0, 0, 10, 0, 0, 100);
const mac = parseMac('00:00:5e:00:01:33')!;

test('IPv4: to the group of RFC 9568 §5.1.1, TTL 255, a right header checksum', () => {
  const frame = encodeVrrpFrame(
    { mac, source: ip('10.0.0.1'), group: ip('224.0.0.18'), identification: 0x10007 },
    message,
  );
  const ethernet = decodeEthernet(frame)!;
  expect(ethernet).toMatchObject({ source: mac, destination: '01:00:5e:00:00:12', type: 0x0800 });
  expect(decodeIpv4(ethernet.payload)).toEqual({
    source: '10.0.0.1',
    destination: '224.0.0.18',
    protocol: 112,
    ttl: 255,
    tos: 0xc0,
    payload: message,
  });
  expect(internetChecksum(ethernet.payload.subarray(0, 20))).toBe(0);
  expect([...ethernet.payload.subarray(4, 8)]).toEqual([0, 7, 0, 0]);
});

test('IPv6: hop limit 255, next header 112, the length of the message', () => {
  const frame = encodeVrrpFrame({ mac, source: ip('fe80::1'), group: ip('ff02::12'), identification: 1 }, message);
  const ethernet = decodeEthernet(frame)!;
  expect(ethernet).toMatchObject({ source: mac, destination: '33:33:00:00:00:12', type: 0x86dd });
  const header = Buffer.from(ethernet.payload.subarray(0, 40)).toString('hex');
  expect(header).toBe(`6c000000000c70ff${'fe800000000000000000000000000001'}${'ff020000000000000000000000000012'}`);
  expect(ethernet.payload.subarray(40)).toEqual(message);
});

test('a datagram that brings its own header (AH) goes as it is, but for the checksum', () => {
  const frame = encodeVrrpFrame({ mac, source: ip('10.0.0.1'), group: ip('224.0.0.18'), identification: 7 }, message);
  const whole = decodeEthernet(frame)!.payload.slice();
  whole.fill(0, 10, 12);
  expect(frameDatagram(mac, ip('224.0.0.18'), whole)).toEqual(frame);
});
