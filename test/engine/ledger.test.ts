/** Who is remembered of those that advertise, and who may not push a peer out. */
import { expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { instant, milliseconds } from '../../src/base/time.ts';
import { createLedger } from '../../src/engine/router/ledger.ts';

const PEER = ip('10.0.0.2');
const heard = (address: string, at: number, claims: boolean) => ({
  address: ip(address),
  priority: 100,
  heardAt: instant(at),
  verdict: claims ? 'valid' : 'ttl',
  detail: '',
  claims,
  differences: [],
  interval: milliseconds(1000),
});

test('a flood of forged sources evicts no peer', () => {
  const ledger = createLedger();
  ledger.record(heard(PEER, 0, true));
  for (let i = 0; i < 200; i++) ledger.record(heard(`10.9.0.${i}`, i, false));
  expect(ledger.senders()).toHaveLength(64);
  expect(ledger.senders().at(-1)?.address).toBe(PEER);
});

test('a forgery in the name of a peer does not stand in its place while that speaks', () => {
  const ledger = createLedger();
  ledger.record(heard(PEER, 0, true));
  ledger.record(heard(PEER, 500, false));
  expect(ledger.senders()).toMatchObject([{ verdict: 'valid', heardAt: 0 }]);
  ledger.record(heard(PEER, 2500, false));
  expect(ledger.senders()).toMatchObject([{ verdict: 'ttl', heardAt: 2500 }]);
});
