import { expect, test } from 'vitest';
import { parseSighting } from '../../src/lab/capture.ts';

const mac = '02:00:00:00:00:01';

test('an advert', () => {
  const line = `1700000000.250000 ${mac} > 01:00:5e:00:00:12, ethertype IPv4 (0x0800), length 54: 10.77.0.1 > 224.0.0.18: VRRPv2, Advertisement, vrid 51, prio 254, authtype simple, intvl 2s, length 20`;
  expect(parseSighting(line)).toEqual({
    kind: 'advert',
    at: 1700000000250,
    from: mac,
    source: '10.77.0.1',
    version: 2,
    vrid: 51,
    priority: 254,
  });
});

test('gratuitous ARP, as a request to all or as a reply to all', () => {
  const arp = (to: string, text: string) =>
    parseSighting(`1700000000.5 ${mac} > ${to}, ethertype ARP (0x0806), length 42: ${text}, length 28`);
  const all = 'ff:ff:ff:ff:ff:ff';
  expect(arp(all, 'Request who-has 10.77.0.100 (ff:ff:ff:ff:ff:ff) tell 10.77.0.100')).toMatchObject({
    operation: 'request',
    address: '10.77.0.100',
    gratuitous: true,
  });
  expect(arp(all, `Reply 10.77.0.100 is-at ${mac}`)).toMatchObject({ operation: 'reply', gratuitous: true });
  expect(arp(all, 'Request who-has 10.77.0.100 tell 10.77.0.9')).toMatchObject({ gratuitous: false });
  expect(arp('02:00:00:00:00:09', `Reply 10.77.0.100 is-at ${mac}`)).toMatchObject({ gratuitous: false });
});

test('anything else is nothing', () => {
  expect(parseSighting('listening on br0, link-type EN10MB (Ethernet), snapshot length 262144 bytes')).toBeUndefined();
  expect(parseSighting('')).toBeUndefined();
});
