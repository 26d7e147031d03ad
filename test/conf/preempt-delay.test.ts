import { describe, expect, test } from 'vitest';
import { brief, load } from './load.ts';

const instance = (lines: string, before = ''): ReturnType<typeof load> =>
  load(`${before}vrrp_instance A {\n interface eth0\n virtual_router_id 51\n priority 100\n ${lines}
 virtual_ipaddress { 10.0.0.100/24 }\n}\n`);
const first = (loaded: ReturnType<typeof load>) => loaded.configuration.instances[0]!;

describe('preempt_delay', () => {
  test('is seconds, and 0 where it is not written', () => {
    expect(first(instance('preempt_delay 2.5')).preemptDelay).toBe(2500);
    expect(first(instance('')).preemptDelay).toBe(0);
  });

  // As keepalived 2.2.7 does.
  test.each([['state MASTER'], ['nopreempt']])('is cleared beside %s', (other) => {
    const loaded = instance(`${other}\n preempt_delay 3`);
    expect(first(loaded).preemptDelay).toBe(0);
    expect(brief(loaded)).toEqual([
      `6:2 warning contradiction: \`preempt_delay\` does not work with \`${other}\`: it is cleared`,
    ]);
  });
});

test('vrrp_startup_delay', () => {
  const { configuration } = instance('', 'global_defs {\n vrrp_startup_delay 7.5\n}\n');
  expect(configuration.global.startupDelay).toBe(7500);
});

test('garp_lower_prio: what is not written is as after becoming master', () => {
  expect(first(instance('')).garp.lowerPriority).toBeUndefined();
  const own = instance('garp_master_repeat 2\n garp_lower_prio_delay 1');
  expect(first(own).garp.lowerPriority).toEqual({ delay: 1000, repeat: 2 });
  const global = instance('garp_lower_prio_repeat 0', 'global_defs {\n vrrp_garp_lower_prio_delay 9\n}\n');
  expect(first(global).garp.lowerPriority).toEqual({ delay: 9000, repeat: 0 });
});
