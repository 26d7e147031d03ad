/** `auth_type AH`: who is believed, and what the others are told to have wrong. */
import { expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { milliseconds } from '../../src/base/time.ts';
import type { RouterConfig } from '../../src/vrrp/config.ts';
import { judge } from '../../src/vrrp/judge.ts';
import { encodeAhDatagram } from '../../src/wire/ah.ts';
import { encodeVrrp } from '../../src/wire/vrrp.ts';
import { configure } from './driver.ts';

const AH = { type: 'AH', password: 'secret12' } as const;
const PASS = { type: 'PASS', password: 'secret12' } as const;
const SOURCE = ip('10.77.0.5');

interface Sent {
  readonly password?: string;
  readonly sequence?: number;
  readonly spi?: string;
  readonly interval?: number;
  readonly plain?: boolean;
}

function verdict(sent: Sent, authentication: RouterConfig['authentication'] = AH, lastSequence?: number) {
  const config = configure({ authentication });
  const destination = ip('224.0.0.18');
  const { addresses, vrid } = config;
  const adverInterval = milliseconds(1000 * (sent.interval ?? 1));
  const kind = sent.plain ? PASS : AH;
  const payload = encodeVrrp({ version: 2, vrid, priority: 200, adverInterval, addresses, authentication: kind });
  const { password = 'secret12', sequence = 10 } = sent;
  const from = ip(sent.spi ?? SOURCE);
  const whole = encodeAhDatagram({ source: from, destination, ttl: 255, unicast: false, sequence, password }, payload);
  return judge(
    config,
    { source: SOURCE, destination, ttl: 255, payload, whole: sent.plain ? undefined : whole },
    { ownAddresses: [], networks: [], lastSequence },
  );
}

test('one who knows the password, with a number not heard before', () => {
  expect(verdict({})).toMatchObject({ verdict: 'valid', source: SOURCE, priority: 200, sequence: 10 });
  expect(verdict({ sequence: 11 }, AH, 10)).toMatchObject({ verdict: 'valid', sequence: 11 });
});

test('its number counts even where something else is wrong: ours must be above it', () => {
  expect(verdict({ interval: 2 })).toMatchObject({ verdict: 'discard', reason: 'interval', sequence: 10 });
});

test.each([
  ['another password', { password: 'secret13' }, AH, 'auth-fail', /check value of AH is wrong: another password/],
  ["another's SPI", { spi: '10.77.0.6' }, AH, 'auth-fail', /SPI of AH is 10\.77\.0\.6, and the sender 10\.77\.0\.5/],
  ['no header', { plain: true }, AH, 'auth-type', /no Authentication Header, ours has AH/],
  ['a header, and ours is PASS', {}, PASS, 'auth-type', /behind an Authentication Header, ours has PASS/],
] as const)('%s', (_, sent, ours, reason, detail) => {
  const found = verdict(sent, ours);
  expect(found).toMatchObject({ verdict: 'discard', reason, detail: expect.stringMatching(detail), claim: true });
  expect(found.sequence).toBeUndefined();
});

test.each([10, 11])('number 10 after %s: a replay', (last) => {
  const found = verdict({}, AH, last);
  expect(found).toMatchObject({ verdict: 'discard', reason: 'replay', detail: expect.stringContaining(`${last}`) });
  expect(found.sequence).toBeUndefined();
});

test('nobody is told a password', () => {
  expect(JSON.stringify([verdict({ password: 'secret13' }), verdict({ plain: true })])).not.toContain('secret');
});
