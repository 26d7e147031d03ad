/** RFC 9568 §6.4.2 Backup. Priority 100 at 1 s: skew 609.375 ms, Active_Down_Interval 3609.375 ms. */
import { describe, expect, test } from 'vitest';
import { milliseconds } from '../../../src/base/time.ts';
import { arpOf } from '../../../src/sim/arp.ts';
import { isGratuitous } from '../../../src/wire/arp.ts';
import { decodeNeighbour } from '../../../src/wire/ndp.ts';
import { adverts, backup, type Driver, kinds, PEER } from '../driver.ts';
import { instanceConf, onTheLan, ROUTER_MAC, vipsOf } from '../on-the-lan.ts';

const v3 = { version: 3 } as const;
const DOWN = 3609.375;
const hear = (driver: Driver, priority: number, interval: number) =>
  driver.give({ type: 'advert', source: PEER, priority, adverInterval: milliseconds(interval) });

/** A master of priority 200 speaks once a second. */
async function backupOnTheLan(family: 4 | 6) {
  const lan = await onTheLan(instanceConf({ version: 3, family }));
  for (let second = 0; second < 5; second++) {
    lan.say({ family, priority: 200 });
    lan.run(999);
  }
  expect(lan.instance().state).toBe('backup');
  return lan;
}

describe('while in this state', () => {
  test('RFC 9568 6.4.2 (1): does not answer ARP for the IPv4 addresses', async () => {
    const lan = await backupOnTheLan(4);
    for (const address of vipsOf(4)) expect(lan.whoAnswersFor(address)).toEqual([]);
  });

  test('RFC 9568 6.4.2 (2): does not answer Neighbour Solicitations for the IPv6 addresses', async () => {
    const lan = await backupOnTheLan(6);
    for (const address of vipsOf(6)) expect(lan.whoAnswersFor(address)).toEqual([]);
  });

  test('RFC 9568 6.4.2 (3): sends no Router Advertisement, nor anything else', async () => {
    const lan = await backupOnTheLan(6);
    expect(lan.frames).toEqual([]);
    expect(lan.adverts).toEqual([]);
  });

  test('RFC 9568 6.4.2 (5): does not accept packets to the addresses: it does not have them', async () => {
    for (const family of [4, 6] as const) {
      const lan = await backupOnTheLan(family);
      for (const address of vipsOf(family)) expect(lan.router.node.holds(address)).toBe(false);
    }
  });
});

describe('Shutdown', () => {
  test('RFC 9568 6.4.2 (6): cancels the Active_Down_Timer, and says nothing', () => {
    const driver = backup(v3);
    const effects = driver.give({ type: 'shutdown' });
    expect(effects).toContainEqual({ type: 'stop-timer', timer: 'master-down' });
    expect(driver.state.timers.size).toBe(0);
    expect(adverts(effects)).toEqual([]);
  });

  test('RFC 9568 6.4.2 (7): transitions to Initialize', () => {
    const driver = backup(v3);
    driver.give({ type: 'shutdown' });
    expect(driver.state.state).toBe('initialize');
  });
});

describe('the Active_Down_Timer fires', () => {
  test('RFC 9568 6.4.2 (8): sends an ADVERTISEMENT', () => {
    expect(adverts(backup(v3).until(DOWN))).toEqual([100]);
  });

  test('RFC 9568 6.4.2 (9): broadcasts a gratuitous ARP for each IPv4 address', async () => {
    const lan = await onTheLan(instanceConf({ version: 3 }));
    lan.run(DOWN - 1);
    expect(lan.frames).toEqual([]);
    lan.run(2);
    const told = lan.frames.flatMap(({ bytes }) => arpOf(bytes) ?? []).filter(isGratuitous);
    expect(new Set(told.map(({ senderIp }) => senderIp))).toEqual(new Set(vipsOf(4)));
    expect(new Set(told.map(({ senderMac }) => senderMac))).toEqual(new Set([ROUTER_MAC]));
  });

  test('RFC 9568 6.4.2 (10): the solicited-node groups are joined, with the addresses, before they are announced', () => {
    const effects = kinds(backup({ ...v3, family: 6 }).until(DOWN));
    expect(effects).toContain('gratuitous-arp');
    // Whoever puts an IPv6 address up has the kernel join its solicited-node group.
    expect(effects.indexOf('add-addresses')).toBeLessThan(effects.indexOf('gratuitous-arp'));
    expect(effects.indexOf('add-addresses')).toBeGreaterThanOrEqual(0);
  });

  test('RFC 9568 6.4.2 (11): sends an unsolicited NA (R 1, S 0, O 1) for each IPv6 address', async () => {
    const lan = await onTheLan(instanceConf({ version: 3, family: 6 }));
    lan.run(DOWN + 1);
    const told = lan.frames.flatMap(({ bytes }) => decodeNeighbour(bytes) ?? []);
    expect(new Set(told.map(({ target }) => target))).toEqual(new Set(vipsOf(6)));
    for (const one of told) {
      expect(one).toMatchObject({ kind: 'advertisement', router: true, solicited: false, override: true });
      expect(one.mac).toBe(ROUTER_MAC);
    }
  });

  test('RFC 9568 6.4.2 (12): sets the Adver_Timer to Advertisement_Interval', () => {
    const driver = backup(v3);
    driver.until(DOWN);
    expect(driver.deadline('adver')).toBe(DOWN + 1000);
  });

  test('RFC 9568 6.4.2 (13): transitions to Active, and not a moment before', () => {
    const driver = backup(v3);
    driver.until(DOWN - 0.001);
    expect(driver.state.state).toBe('backup');
    driver.until(DOWN);
    expect(driver.state.state).toBe('master');
  });
});

describe('an ADVERTISEMENT is received', () => {
  test('RFC 9568 6.4.2 (14): priority 0: sets the Active_Down_Timer to Skew_Time', () => {
    const driver = backup(v3);
    hear(driver, 200, 1000);
    driver.until(500);
    hear(driver, 0, 1000);
    expect(driver.deadline('master-down')).toBe(500 + 609.375);
  });

  test('RFC 9568 6.4.2 (15): greater or equal: Active_Adver_Interval is its Max Advertise Interval', () => {
    for (const priority of [101, 100]) {
      const driver = backup(v3);
      hear(driver, priority, 3000);
      driver.until(8000);
      expect(driver.state.state).toBe('backup');
    }
  });

  test('RFC 9568 6.4.2 (16): recomputes Skew_Time from it', () => {
    const driver = backup(v3);
    hear(driver, 200, 100);
    hear(driver, 0, 1000);
    expect(driver.deadline('master-down')).toBe(60.9375);
  });

  test('RFC 9568 6.4.2 (17): recomputes Active_Down_Interval from it', () => {
    const driver = backup(v3);
    hear(driver, 200, 100);
    expect(driver.deadline('master-down')).toBe(3 * 100 + 60.9375);
  });

  test('RFC 9568 6.4.2 (18): resets the Active_Down_Timer, by each one afresh', () => {
    const driver = backup(v3);
    driver.until(2000);
    hear(driver, 101, 1000);
    expect(driver.deadline('master-down')).toBe(2000 + DOWN);
    driver.until(3000);
    hear(driver, 100, 1000);
    expect(driver.deadline('master-down')).toBe(3000 + DOWN);
  });

  test('RFC 9568 6.4.2 (19): Preempt_Mode False: a lower one does all that too', () => {
    const driver = backup({ ...v3, preempt: false });
    driver.until(2000);
    hear(driver, 1, 3000);
    expect(driver.deadline('master-down')).toBe(2000 + 9000 + 1828.125);
  });

  test('RFC 9568 6.4.2 (20): Preempt_Mode True: a lower one is discarded', () => {
    const driver = backup(v3);
    driver.until(2000);
    expect(hear(driver, 99, 3000)).toEqual([]);
    expect(driver.deadline('master-down')).toBe(DOWN);
    driver.until(DOWN);
    expect(driver.state.state).toBe('master');
  });
});
