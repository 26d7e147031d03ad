/** RFC 9568 §6: what version 3 has instead of a fixed interval. Times in ms; our own interval is 1 s, priority 100. */
import { describe, expect, test } from 'vitest';
import { milliseconds } from '../../src/base/time.ts';
import { adverts, backup, type Driver, kinds, master, PEER } from './driver.ts';

const v3 = { version: 3 } as const;
const hear = (driver: Driver, priority: number, interval: number) =>
  driver.give({ type: 'advert', source: PEER, priority, adverInterval: milliseconds(interval) });

describe('§6.1 Active_Adver_Interval', () => {
  test('before anybody is heard it is our own (§6.4.1)', () => {
    expect(backup(v3).deadline('master-down')).toBe(3000 + 609.375);
  });

  test('backup: learned from the master, skew and master-down time with it (§6.4.2)', () => {
    const driver = backup(v3);
    hear(driver, 200, 100);
    expect(driver.deadline('master-down')).toBe(300 + 60.9375);
    hear(driver, 200, 3000);
    expect(driver.deadline('master-down')).toBe(9000 + 1828.125);
  });

  test('backup: priority 0 starts the skew time of the interval that was learned', () => {
    const driver = backup(v3);
    hear(driver, 200, 100);
    hear(driver, 0, 1000);
    expect(driver.deadline('master-down')).toBe(60.9375);
  });

  test('backup: from a lower one that is discarded nothing is learned', () => {
    const driver = backup(v3);
    hear(driver, 200, 100);
    driver.until(50);
    hear(driver, 50, 3000);
    hear(driver, 0, 3000);
    expect(driver.deadline('master-down')).toBe(50 + 60.9375);
  });

  test('without preemption a lower one is followed, and its interval learned', () => {
    const driver = backup({ ...v3, preempt: false });
    hear(driver, 50, 100);
    expect(driver.deadline('master-down')).toBe(300 + 60.9375);
  });

  test('master: advertises by its own interval, whatever it learned as backup', () => {
    const driver = backup(v3);
    hear(driver, 200, 100);
    driver.until(400);
    expect(driver.state.state).toBe('master');
    expect(driver.deadline('adver')).toBeCloseTo(360.9375 + 1000, 6);
  });

  test('master: yielding learns the interval (§6.4.3)', () => {
    const driver = master(v3);
    hear(driver, 200, 100);
    expect(driver.state.state).toBe('backup');
    expect(driver.deadline('master-down')).toBe(10_000 + 360.9375);
  });

  test('version 2 learns nothing', () => {
    const driver = backup();
    hear(driver, 200, 100);
    expect(driver.deadline('master-down')).toBe(3609.375);
  });
});

describe('§6.4.3 a lower advertisement', () => {
  test('is answered at once', () => {
    expect(adverts(hear(master(v3), 50, 1000))).toEqual([100]);
  });

  test('lower_prio_no_advert: not answered, but announced against', () => {
    const effects = hear(master({ ...v3, lowerPrioNoAdvert: true }), 50, 1000);
    expect(adverts(effects)).toEqual([]);
    expect(kinds(effects)).toContain('gratuitous-arp');
  });

  test('higher_prio_send_advert: one more before yielding', () => {
    const effects = hear(master({ ...v3, higherPrioSendAdvert: true }), 200, 1000);
    expect(adverts(effects)).toEqual([100]);
    expect(kinds(effects).indexOf('send-advert')).toBeLessThan(kinds(effects).indexOf('remove-addresses'));
  });
});

test('down_timer_adverts: so many may be missed', () => {
  expect(backup({ ...v3, downTimerAdverts: 5 }).deadline('master-down')).toBe(5609.375);
});
