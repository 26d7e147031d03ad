/** RFC 9568 §6.4.1 Initialize: a Startup event is received. */
import { describe, expect, test } from 'vitest';
import { arpOf } from '../../../src/sim/arp.ts';
import { isGratuitous } from '../../../src/wire/arp.ts';
import { decodeNeighbour } from '../../../src/wire/ndp.ts';
import { adverts, Driver, kinds } from '../driver.ts';
import { instanceConf, onTheLan, ROUTER_MAC, vipsOf } from '../on-the-lan.ts';

const owner = () => new Driver({ version: 3, priority: 255 });
const other = () => new Driver({ version: 3, priority: 254 });

describe('the address owner, priority 255', () => {
  test('RFC 9568 6.4.1 (1): sends an ADVERTISEMENT', () => {
    expect(adverts(owner().start())).toEqual([255]);
  });

  test('RFC 9568 6.4.1 (2): broadcasts a gratuitous ARP for each IPv4 address', async () => {
    const lan = await onTheLan(instanceConf({ version: 3, priority: 255 }));
    const told = lan.frames.flatMap(({ bytes }) => arpOf(bytes) ?? []).filter(isGratuitous);
    expect([...new Set(told.map(({ senderIp }) => senderIp))].sort()).toEqual(vipsOf(4));
    expect(new Set(told.map(({ senderMac }) => senderMac))).toEqual(new Set([ROUTER_MAC]));
  });

  test('RFC 9568 6.4.1 (3): sends an unsolicited NA (R 1, S 0, O 1) for each IPv6 address', async () => {
    const lan = await onTheLan(instanceConf({ version: 3, family: 6, priority: 255 }));
    const told = lan.frames.flatMap(({ bytes }) => decodeNeighbour(bytes) ?? []);
    expect(new Set(told.map(({ target }) => target))).toEqual(new Set(vipsOf(6)));
    for (const { kind, router, solicited, override, mac } of told) {
      expect({ kind, router, solicited, override, mac }).toEqual({
        kind: 'advertisement',
        router: true,
        solicited: false,
        override: true,
        mac: ROUTER_MAC,
      });
    }
  });

  test('RFC 9568 6.4.1 (4): sets the Adver_Timer to Advertisement_Interval', () => {
    const driver = owner();
    driver.until(70);
    driver.start();
    expect(driver.deadline('adver')).toBe(1070);
  });

  test('RFC 9568 6.4.1 (5): transitions to Active', () => {
    const driver = owner();
    driver.start();
    expect(driver.state.state).toBe('master');
    expect(driver.deadline('master-down')).toBeUndefined();
  });
});

describe('everybody else', () => {
  test('RFC 9568 6.4.1 (6): Active_Adver_Interval is its own Advertisement_Interval', () => {
    const driver = other();
    driver.start();
    // Skew and down interval come from it: 3 × 1000 ms + (256 − 254) / 256 × 1000 ms.
    expect(driver.deadline('master-down')).toBe(3000 + 7.8125);
    driver.hear(0);
    expect(driver.deadline('master-down')).toBe(7.8125);
  });

  test('RFC 9568 6.4.1 (7): sets the Active_Down_Timer to Active_Down_Interval', () => {
    const driver = other();
    driver.until(100);
    expect(driver.start()).toContainEqual({ type: 'set-timer', timer: 'master-down', deadline: 100 + 3007.8125 });
  });

  test('RFC 9568 6.4.1 (8): transitions to Backup, sends nothing, holds nothing', () => {
    const driver = other();
    expect(kinds(driver.start())).toEqual(['set-timer', 'transition']);
    expect(driver.state.state).toBe('backup');
  });
});
