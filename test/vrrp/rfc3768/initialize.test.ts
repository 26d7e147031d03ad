import { describe, expect, test } from 'vitest';
import { adverts, Driver, kinds } from '../driver.ts';

describe('RFC 3768 §6.4.1 Initialize: a Startup event is received', () => {
  test('RFC 3768 6.4.1 (1): priority 255: sends an ADVERTISEMENT', () => {
    expect(adverts(new Driver({ priority: 255 }).start())).toEqual([255]);
  });

  test('RFC 3768 6.4.1 (2): priority 255: broadcasts a gratuitous ARP request for each address', () => {
    expect(new Driver({ priority: 255 }).start()).toContainEqual({ type: 'gratuitous-arp', rounds: 5 });
  });

  test('RFC 3768 6.4.1 (3): priority 255: sets the Adver_Timer to Advertisement_Interval', () => {
    const owner = new Driver({ priority: 255 });
    owner.until(70);
    owner.start();
    expect(owner.deadline('adver')).toBe(1070);
  });

  test('RFC 3768 6.4.1 (4): priority 255: transitions to Master', () => {
    const owner = new Driver({ priority: 255 });
    owner.start();
    expect(owner.state.state).toBe('master');
  });

  test('RFC 3768 6.4.1 (5): else: sets the Master_Down_Timer to Master_Down_Interval', () => {
    const router = new Driver({ priority: 254 });
    expect(router.start()).toContainEqual({ type: 'set-timer', timer: 'master-down', deadline: 3007.8125 });
  });

  test('RFC 3768 6.4.1 (6): else: transitions to Backup, sends nothing, holds nothing', () => {
    const router = new Driver({ priority: 254 });
    expect(kinds(router.start())).toEqual(['set-timer', 'transition']);
    expect(router.state.state).toBe('backup');
  });
});
