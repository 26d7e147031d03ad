import { expect, test } from 'vitest';
import { vrrpSockets } from '../../src/linux/conflicts.ts';

const HEAD =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer';

test('raw sockets of protocols 112 and 51 (AH) show it as their local port', () => {
  const table = [
    HEAD,
    '  112: 00000000:0070 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4711 2 0 0',
    '    1: 00000000:0001 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 2 0 0',
    '  112: 0100000A:0070 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4712 2 0 0',
    '  112: 00000000000000000000000000000000:0070 00000000000000000000000000000000:0000 07 0:0 0:0 0 0 0 4713 2 0 0',
    '   51: 00000000:0033 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4714 2 0 0',
    '',
  ].join('\n');
  expect(vrrpSockets(table)).toEqual(['4711', '4712', '4713', '4714']);
});

test('none in an empty table, nor in one that could not be read', () => {
  expect(vrrpSockets(`${HEAD}\n`)).toEqual([]);
  expect(vrrpSockets('')).toEqual([]);
});
