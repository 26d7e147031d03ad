/** RFC 9568 §6.1 the parameters of a virtual router, §6.2 its timers. */
import { describe, expect, test } from 'vitest';
import { ip } from '../../../src/base/ip.ts';
import { milliseconds } from '../../../src/base/time.ts';
import { SIM_LAN } from '../../../src/lab/sim-cluster.ts';
import { masterDownInterval, skewTime } from '../../../src/vrrp/instance.ts';
import { instance, load } from '../../conf/load.ts';
import { adverts, backup, configure, master } from '../driver.ts';
import { instanceConf, onTheLan, ROUTER_MAC, vipsOf } from '../on-the-lan.ts';

const v3 = configure({ version: 3 });
const configured = (lines: string) => load(instance(`version 3\n${lines}`)).configuration.instances[0]!;

describe('§6.1 parameters', () => {
  test('RFC 9568 6.1 (1): Skew_Time = (256 − priority) × Active_Adver_Interval / 256', () => {
    for (let priority = 1; priority <= 255; priority++) {
      for (const interval of [10, 100, 1000, 40_950]) {
        expect(skewTime(v3, priority, milliseconds(interval))).toBe(((256 - priority) * interval) / 256);
      }
    }
    // Never rounded to nothing.
    expect(skewTime(v3, 254, milliseconds(10))).toBe(0.078125);
  });

  test('RFC 9568 6.1 (2): Active_Down_Interval = 3 × Active_Adver_Interval + Skew_Time', () => {
    expect(masterDownInterval(v3, 100, milliseconds(1000))).toBe(3609.375);
    expect(masterDownInterval(v3, 254, milliseconds(10))).toBe(30.078125);
    expect(masterDownInterval(v3, 1, milliseconds(40_950))).toBe(3 * 40_950 + (255 * 40_950) / 256);
  });

  test('RFC 9568 6.1 (3): Preempt_Mode is True unless configured', () => {
    expect(configured('').preempt).toBe(true);
    expect(configured('state BACKUP\nnopreempt').preempt).toBe(false);
  });

  test('RFC 9568 6.1 (4): an address owner always preempts, whatever Preempt_Mode is', () => {
    const owner = backup({ version: 3, priority: 255, preempt: false });
    expect(owner.state.state).toBe('master');
    // In standby it is backup of the other; active again, it takes over by the end of its running timer.
    owner.give({ type: 'admin', mode: 'standby', holdPreempt: false });
    owner.hear(200);
    owner.give({ type: 'admin', mode: 'active', holdPreempt: false });
    for (let at = 1000; at <= 8000 && owner.state.state === 'backup'; at += 500) {
      owner.until(at);
      if (owner.state.state === 'backup') owner.hear(200);
    }
    expect(owner.state.state).toBe('master');
  });

  test('RFC 9568 6.1 (5): Accept_Mode is True, as with keepalived: packets to the addresses are accepted', async () => {
    const lan = await onTheLan(instanceConf({ version: 3 }));
    lan.run(5000);
    const [vip] = vipsOf(4);
    const every = milliseconds(10);
    const client = lan.world.addClient({ name: 'client', lan: SIM_LAN, address: ip('10.77.0.9'), vip: vip!, every });
    lan.run(1000);
    expect(client.answered()).toBeGreaterThan(90);
  });

  test('RFC 9568 6.1 (6): Neighbour Solicitations are answered by an Active Router that is not the owner', async () => {
    const lan = await onTheLan(instanceConf({ version: 3, family: 6 }));
    lan.run(5000);
    for (const address of vipsOf(6)) expect(lan.whoAnswersFor(address)).toEqual([ROUTER_MAC]);
  });

  test('RFC 9568 6.1 (7): the Advertisement_Interval is that of what is sent', async () => {
    const lan = await onTheLan(instanceConf({ version: 3, lines: 'advert_int 0.25' }));
    lan.run(3000);
    expect(lan.adverts.length).toBeGreaterThan(5);
    for (const { message } of lan.adverts) expect(message.adverInterval).toBe(250);
    const gaps = lan.adverts.slice(1).map(({ at }, i) => Math.round(at - lan.adverts[i]!.at));
    expect(new Set(gaps)).toEqual(new Set([250]));
  });
});

describe('§6.2 timers', () => {
  test('RFC 9568 6.2 (1): the Active_Down_Timer fires after Active_Down_Interval without an advertisement', () => {
    const driver = backup({ version: 3 });
    for (let at = 1000; at <= 60_000; at += 3600) {
      driver.until(at);
      driver.hear(200);
    }
    expect(driver.state.state).toBe('backup');
    const heard = driver.now;
    driver.until(heard + 3609);
    expect(driver.state.state).toBe('backup');
    driver.until(heard + 3610);
    expect(driver.state.state).toBe('master');
  });

  test('RFC 9568 6.2 (2): the Adver_Timer fires every Advertisement_Interval, without drift', () => {
    const driver = master({ version: 3 });
    const sent: number[] = [];
    for (let at = 10_000; at < 110_000; at += 100) if (adverts(driver.until(at)).length > 0) sent.push(at);
    expect(sent).toHaveLength(100);
    // The first one was at 3609.375.
    expect(driver.deadline('adver')).toBe(110_609.375);
  });
});
