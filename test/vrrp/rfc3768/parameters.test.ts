/** RFC 3768 §6.1 the parameters of a virtual router, §6.2 its timers. */
import { expect, test } from 'vitest';
import { milliseconds, seconds } from '../../../src/base/time.ts';
import { masterDownInterval, skewTime } from '../../../src/vrrp/instance.ts';
import { instance, load } from '../../conf/load.ts';
import { adverts, backup, configure, master } from '../driver.ts';

test('RFC 3768 6.1 (1): Skew_Time = (256 − priority) / 256 seconds, whatever the interval', () => {
  for (let priority = 1; priority <= 255; priority++) {
    for (const interval of [1, 2, 255]) {
      const config = configure({ adverInterval: seconds(interval) });
      expect(skewTime(config, priority)).toBe(((256 - priority) / 256) * 1000);
    }
  }
});

test('RFC 3768 6.1 (2): Master_Down_Interval = 3 × Advertisement_Interval + Skew_Time', () => {
  expect(masterDownInterval(configure(), 100)).toBe(3609.375);
  expect(masterDownInterval(configure({ adverInterval: seconds(2) }), 254)).toBe(6007.8125);
  expect(masterDownInterval(configure({ adverInterval: seconds(255) }), 1)).toBe(765_000 + 996.09375);
});

test('RFC 3768 6.1 (3): Preempt_Mode is True unless configured', () => {
  expect(load(instance()).configuration.instances[0]?.preempt).toBe(true);
  expect(load(instance('state BACKUP\nnopreempt')).configuration.instances[0]?.preempt).toBe(false);
});

test('RFC 3768 6.1 (4): the owner of the addresses always preempts, whatever Preempt_Mode is', () => {
  const owner = backup({ priority: 255, preempt: false });
  expect(owner.state.state).toBe('master');
  owner.give({ type: 'admin', mode: 'standby', holdPreempt: false });
  owner.hear(200);
  expect(owner.state.state).toBe('backup');
  owner.give({ type: 'admin', mode: 'active', holdPreempt: false });
  for (let at = 500; at <= 8000 && owner.state.state === 'backup'; at += 500) {
    owner.until(at);
    if (owner.state.state === 'backup') owner.hear(200);
  }
  expect(owner.state.state).toBe('master');
});

test('RFC 3768 6.2 (1): the Master_Down_Timer fires after Master_Down_Interval without an advertisement', () => {
  const driver = backup();
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

test('RFC 3768 6.2 (2): the Adver_Timer fires every Advertisement_Interval, without drift', () => {
  const driver = master({ adverInterval: milliseconds(2000) });
  const before = driver.deadline('adver')!;
  const sent = adverts(driver.until(210_000));
  expect(sent).toHaveLength(100);
  expect(driver.deadline('adver')).toBe(before + 100 * 2000);
});
