import { describe, expect, test } from 'vitest';
import { findServers, nameOfServer, nameOfService } from '../../src/engine/targets.ts';
import { realServer, service } from './snapshots.ts';

const web = service([
  realServer('10.0.0.1'),
  realServer('10.0.0.11'),
  realServer('10.0.0.12'),
  realServer('10.0.0.21', { port: 80 }),
  realServer('10.0.0.21', { port: 8080 }),
]);
const tls = service([realServer('10.0.0.1', { port: 443 })], { port: 443 });
const six = service([realServer('fd00::11'), realServer('fd00::12')], { address: 'fd00::100' });
const names = (word: string, serviceWord?: string): string[] =>
  findServers([web, tls, six], word, serviceWord).map((f) => `${nameOfService(f.service)} ${nameOfServer(f.server)}`);

describe('a word for a real server', () => {
  test.each([
    [
      'an address: in all services, on all its ports',
      '10.0.0.1',
      ['10.0.0.100:80/tcp 10.0.0.1:80', '10.0.0.100:443/tcp 10.0.0.1:443'],
    ],
    [
      'an address with two ports in a service',
      '10.0.0.21',
      ['10.0.0.100:80/tcp 10.0.0.21:80', '10.0.0.100:80/tcp 10.0.0.21:8080'],
    ],
    ['address and port', '10.0.0.21:80', ['10.0.0.100:80/tcp 10.0.0.21:80']],
    ['a unique prefix', '10.0.0.12', ['10.0.0.100:80/tcp 10.0.0.12:80']],
    ['the prefix of a port', '10.0.0.21:808', ['10.0.0.100:80/tcp 10.0.0.21:8080']],
    ['the prefix of a host', '10.0.0.2', ['10.0.0.100:80/tcp 10.0.0.21:80', '10.0.0.100:80/tcp 10.0.0.21:8080']],
    ['an IPv6 address', 'fd00::11', ['[fd00::100]:80/tcp [fd00::11]:80']],
    ['an IPv6 address in another spelling', 'FD00:0:0::11', ['[fd00::100]:80/tcp [fd00::11]:80']],
    ['an IPv6 address and port', '[FD00::12]:80', ['[fd00::100]:80/tcp [fd00::12]:80']],
  ])('%s', (_, word, expected) => {
    expect(names(word)).toEqual(expected);
  });

  test('within one service', () => {
    expect(names('10.0.0.1', '10.0.0.100:443/tcp')).toEqual(['10.0.0.100:443/tcp 10.0.0.1:443']);
  });

  test.each([
    ['that begins several hosts', '10.0.0', '10.0.0 is ambiguous: 10.0.0.1:80, 10.0.0.11:80, '],
    ['that begins several hosts of IPv6', 'fd00::1', 'fd00::1 is ambiguous: [fd00::11]:80, [fd00::12]:80'],
    ['that begins several ports', '10.0.0.21:8', '10.0.0.21:8 is ambiguous: 10.0.0.21:80, 10.0.0.21:8080'],
    ['that names nothing', '10.9.9.9', 'no real server 10.9.9.9; there are: 10.0.0.1:80, 10.0.0.11:80, '],
  ])('%s is refused with exit code 2, and the choice is named', (_, word, message) => {
    expect(() => names(word)).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringContaining(message) }),
    );
  });

  test('in a service that is not there is refused, and the services are named', () => {
    const message =
      'no service 10.0.0.100:81/tcp; there are: 10.0.0.100:80/tcp, 10.0.0.100:443/tcp, [fd00::100]:80/tcp';
    expect(() => names('10.0.0.1', '10.0.0.100:81/tcp')).toThrow(expect.objectContaining({ exitCode: 2, message }));
    expect(() => findServers([], '10.0.0.1')).toThrow('no real server 10.0.0.1; there are: none');
  });
});
