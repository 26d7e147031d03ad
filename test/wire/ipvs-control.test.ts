import { expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import {
  decodeIpvsDaemon,
  decodeIpvsTimeouts,
  encodeIpvsDaemon,
  encodeIpvsDaemonEnd,
  encodeIpvsTimeouts,
  type IpvsDaemon,
} from '../../src/wire/ipvs-control.ts';

const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex');
const flat = (text: string): string => text.replaceAll(/\s/g, '');

test('a daemon, attribute by attribute as linux/ip_vs.h has them', () => {
  expect(hex(encodeIpvsDaemon({ role: 'master', interface: 'eth0', id: 51 }))).toBe(
    flat('09010000 20000380 08000100 01000000 09000200 6574683000000000 08000300 33000000'),
  );
  expect(hex(encodeIpvsDaemonEnd('backup'))).toBe(flat('0a010000 0c000380 08000100 02000000'));
});

test.each<[string, Partial<IpvsDaemon>]>([
  ['with everything', { maxLength: 1400, group: ip('224.0.0.82'), port: 8849, ttl: 2 }],
  ['to an IPv6 group', { group: ip('ff02::81') }],
  ['with what the kernel chooses', {}],
])('a daemon %s reads back as it was written', (_, more) => {
  const daemon: IpvsDaemon = { role: 'backup', interface: 'eth0', id: 255, ...more };
  expect(decodeIpvsDaemon(encodeIpvsDaemon(daemon))).toEqual({ ok: true, value: expect.objectContaining(daemon) });
});

test('timeouts: what is not given is 0, which the kernel leaves as it is', () => {
  const message = encodeIpvsTimeouts({ tcp: 7200, udp: 300 });
  expect(hex(message)).toBe(flat('0c010000 08000400 201c0000 08000500 00000000 08000600 2c010000'));
  expect(decodeIpvsTimeouts(message)).toEqual({ ok: true, value: { tcp: 7200, tcpFin: 0, udp: 300 } });
});

test('what is no daemon is refused', () => {
  expect(decodeIpvsDaemon(encodeIpvsTimeouts({})).ok).toBe(false);
  expect(decodeIpvsDaemon(new Uint8Array(2)).ok).toBe(false);
  const unknown = encodeIpvsDaemonEnd('master');
  unknown[12] = 9;
  expect(decodeIpvsDaemon(unknown)).toEqual({ ok: false, error: 'a daemon of the unknown role 9' });
});
