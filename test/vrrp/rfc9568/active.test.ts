/** RFC 9568 §6.4.3 Active. Priority 100 at 1 s; Active since 3609.375 ms, so the advert after 10 s is due at NEXT. */
import { describe, expect, test } from 'vitest';
import { ip } from '../../../src/base/ip.ts';
import { milliseconds } from '../../../src/base/time.ts';
import { SIM_LAN } from '../../../src/lab/sim-cluster.ts';
import { adverts, backup, type Driver, HIGHER_PEER, master, OURS, PEER } from '../driver.ts';
import { instanceConf, onTheLan, ROUTER_MAC, type Settings, STRANGER, vipsOf } from '../on-the-lan.ts';

const v3 = { version: 3 } as const;
const NEXT = 10_609.375;
const hear = (driver: Driver, priority: number, source = PEER, interval = 1000) =>
  driver.give({ type: 'advert', source, priority, adverInterval: milliseconds(interval) });

async function activeOnTheLan(settings: Partial<Settings> = {}) {
  const lan = await onTheLan(instanceConf({ version: 3, ...settings }));
  lan.run(5000);
  expect(lan.instance().state).toBe('master');
  return lan;
}

describe('while in this state', () => {
  test('RFC 9568 6.4.3 (1): answers ARP for the IPv4 addresses', async () => {
    const lan = await activeOnTheLan();
    for (const address of vipsOf(4)) expect(lan.whoAnswersFor(address)).toEqual([ROUTER_MAC]);
  });

  test('RFC 9568 6.4.3 (2): is in the solicited-node groups: the kernel has the IPv6 addresses', async () => {
    const lan = await activeOnTheLan({ family: 6 });
    for (const address of vipsOf(6)) expect(lan.router.node.holds(address)).toBe(true);
  });

  test('RFC 9568 6.4.3 (3): answers Neighbour Solicitations for the IPv6 addresses', async () => {
    const lan = await activeOnTheLan({ family: 6 });
    for (const address of vipsOf(6)) expect(lan.whoAnswersFor(address)).toEqual([ROUTER_MAC]);
  });

  test('RFC 9568 6.4.3 (6): the address owner accepts packets to the addresses', async () => {
    const lan = await activeOnTheLan({ priority: 255 });
    const [vip] = vipsOf(4);
    const every = milliseconds(10);
    const client = lan.world.addClient({ name: 'client', lan: SIM_LAN, address: ip('10.77.0.9'), vip: vip!, every });
    lan.run(1000);
    expect(client.answered()).toBeGreaterThan(90);
    expect(client.servedBy()).toBe(ROUTER_MAC);
  });
});

describe('Shutdown', () => {
  const shutDown = () => {
    const driver = master(v3);
    return { driver, effects: driver.give({ type: 'shutdown' }) };
  };

  test('RFC 9568 6.4.3 (8): cancels the Adver_Timer', () => {
    const { driver, effects } = shutDown();
    expect(effects).toContainEqual({ type: 'stop-timer', timer: 'adver' });
    expect(driver.state.timers.size).toBe(0);
  });

  test('RFC 9568 6.4.3 (9): sends an ADVERTISEMENT with priority 0, once, before the addresses go', () => {
    const { effects } = shutDown();
    expect(adverts(effects)).toEqual([0]);
    const kinds = effects.map(({ type }) => type);
    expect(kinds.indexOf('send-advert')).toBeLessThan(kinds.indexOf('remove-addresses'));
  });

  test('RFC 9568 6.4.3 (10): transitions to Initialize', () => {
    expect(shutDown().driver.state.state).toBe('initialize');
  });
});

describe('the Adver_Timer fires', () => {
  test('RFC 9568 6.4.3 (11): sends an ADVERTISEMENT', () => {
    const driver = master(v3);
    expect(adverts(driver.until(NEXT - 0.001))).toEqual([]);
    expect(adverts(driver.until(NEXT))).toEqual([100]);
  });

  test('RFC 9568 6.4.3 (12): resets the Adver_Timer to Advertisement_Interval', () => {
    const driver = master(v3);
    driver.until(NEXT);
    expect(driver.deadline('adver')).toBe(NEXT + 1000);
    // Its own, whatever it had learned as Backup.
    const learned = backup(v3);
    hear(learned, 200, PEER, 100);
    learned.until(400);
    expect(learned.state.state).toBe('master');
    expect(learned.deadline('adver')).toBeCloseTo(360.9375 + 1000, 6);
  });
});

describe('an ADVERTISEMENT with priority 0', () => {
  test('RFC 9568 6.4.3 (13): sends an ADVERTISEMENT', () => {
    const driver = master(v3);
    expect(adverts(hear(driver, 0))).toEqual([100]);
    expect(driver.state.state).toBe('master');
  });

  test('RFC 9568 6.4.3 (14): resets the Adver_Timer to Advertisement_Interval', () => {
    const driver = master(v3);
    hear(driver, 0);
    expect(driver.deadline('adver')).toBe(11_000);
  });
});

describe('a greater priority, or an equal one from a greater address', () => {
  test('RFC 9568 6.4.3 (15): cancels the Adver_Timer, and sends no more', () => {
    const driver = master(v3);
    const effects = hear(driver, 101);
    expect(effects).toContainEqual({ type: 'stop-timer', timer: 'adver' });
    expect(adverts([...effects, ...driver.until(13_000)])).toEqual([]);
  });

  test('RFC 9568 6.4.3 (16): Active_Adver_Interval is its Max Advertise Interval', () => {
    const driver = master(v3);
    hear(driver, 101, PEER, 5000);
    driver.until(24_000);
    expect(driver.state.state).toBe('backup');
  });

  test('RFC 9568 6.4.3 (17): recomputes Skew_Time from it', () => {
    const driver = master(v3);
    hear(driver, 101, PEER, 100);
    hear(driver, 0, PEER, 100);
    expect(driver.deadline('master-down')).toBe(10_000 + 60.9375);
  });

  test('RFC 9568 6.4.3 (18): recomputes Active_Down_Interval, and sets the Active_Down_Timer to it', () => {
    const driver = master(v3);
    hear(driver, 101, PEER, 100);
    expect(driver.deadline('master-down')).toBe(10_000 + 360.9375);
  });

  test('RFC 9568 6.4.3 (19): transitions to Backup, Preempt_Mode or not, and gives the addresses up', () => {
    for (const preempt of [true, false]) {
      const driver = master({ ...v3, preempt });
      expect(hear(driver, 101)).toContainEqual({ type: 'remove-addresses' });
      expect(driver.state.state).toBe('backup');
    }
  });

  test('RFC 9568 6.4.3 (20): equal priority from a greater primary address: the same', () => {
    const driver = master(v3);
    hear(driver, 100, HIGHER_PEER);
    expect(driver.state.state).toBe('backup');
  });

  test.each([
    ['10.0.0.9', '10.0.0.10'],
    ['9.255.255.255', '10.0.0.0'],
    ['127.0.0.1', '128.0.0.1'],
    ['1.0.0.254', '254.0.0.1'],
    ['fe80::9', 'fe80::10'],
    ['fe80::7fff:ffff:ffff:ffff', 'fe80::8000:0:0:0'],
    ['fe80::ffff', 'fe80::1:0'],
  ])('RFC 9568 6.4.3 (21): unsigned, in network byte order: %s < %s', (smaller, greater) => {
    const after = (ours: string, theirs: string) => {
      const driver = master({ ...v3, family: ours.includes(':') ? 6 : 4 });
      driver.give({ type: 'primary-address', address: ip(ours) });
      hear(driver, 100, ip(theirs));
      return driver.state.state;
    };
    expect(after(smaller, greater)).toBe('backup');
    expect(after(greater, smaller)).toBe('master');
  });
});

describe('a lower priority, or an equal one from a smaller address', () => {
  test('RFC 9568 6.4.3 (22): discards it', () => {
    for (const [priority, source] of [
      [99, HIGHER_PEER],
      [100, PEER],
    ] as const) {
      const driver = master(v3);
      hear(driver, priority, source, 3000);
      expect(driver.state.state).toBe('master');
      expect(driver.deadline('adver')).toBe(NEXT);
    }
  });

  test('RFC 9568 6.4.3 (23): sends an ADVERTISEMENT at once', async () => {
    expect(adverts(hear(master(v3), 99, HIGHER_PEER))).toEqual([100]);
    expect(adverts(hear(master(v3), 100, PEER))).toEqual([100]);
    expect(OURS > PEER).toBe(true);
    const lan = await activeOnTheLan();
    const before = lan.adverts.length;
    lan.say({ priority: 50 });
    expect(lan.adverts.slice(before).map(({ message }) => message.priority)).toEqual([100]);
    expect(STRANGER).not.toBe(lan.adverts.at(-1)?.source);
  });
});
