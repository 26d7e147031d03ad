import { expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { compareClaims } from '../../src/vrrp/election.ts';

const ours = { priority: 100, address: ip('10.0.0.9') };

test.each([
  ['higher priority', 101, '10.0.0.1', 1],
  ['lower priority', 99, '10.0.0.200', -1],
  ['same priority, higher address: as numbers, not as text', 100, '10.0.0.10', 1],
  ['same priority, lower address', 100, '10.0.0.8', -1],
  ['same priority, high bit: unsigned', 100, '200.0.0.1', 1],
  ['same priority, same address', 100, '10.0.0.9', 0],
])('%s', (_, priority, address, sign) => {
  expect(Math.sign(compareClaims({ priority, address: ip(address) }, ours))).toBe(sign);
});

test('without an address of ours every tie is lost', () => {
  expect(compareClaims(ours, { priority: 100, address: undefined })).toBeGreaterThan(0);
});
