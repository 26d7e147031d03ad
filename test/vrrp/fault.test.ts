import { describe, expect, test } from 'vitest';
import { adverts, backup, Driver, kinds, master, OURS } from './driver.ts';

const DOWN = { type: 'fault', source: 'interface eth0', reason: 'interface eth0 is down' } as const;
const UP = { type: 'fault-cleared', source: 'interface eth0' } as const;
const SCRIPT = { type: 'fault', source: 'script chk', reason: 'script chk failed' } as const;

describe('entering FAULT', () => {
  test('as master: priority 0 once, before the addresses go; all timers stop', () => {
    const router = master();
    const effects = router.give(DOWN);
    expect(kinds(effects)).toEqual(['send-advert', 'remove-addresses', 'stop-timer', 'transition']);
    expect(adverts(effects)).toEqual([0]);
    expect(router.state).toMatchObject({ state: 'fault', reason: 'interface eth0 is down' });
    expect(router.state.timers.size).toBe(0);
  });

  test('as backup: silently', () => {
    const router = backup();
    expect(kinds(router.give(DOWN))).toEqual(['stop-timer', 'transition']);
  });

  test('in FAULT nothing that is heard matters, and no timer runs', () => {
    const router = master();
    router.give(DOWN);
    expect([router.hear(200), router.hear(0), router.until(60_000)].flat()).toEqual([]);
  });

  test('a second reason joins the first, without another transition', () => {
    const router = master();
    router.give(DOWN);
    expect(router.give(SCRIPT)).toEqual([]);
    expect(router.state.reason).toBe('interface eth0 is down; script chk failed');
  });
});

describe('leaving FAULT', () => {
  test('only when every reason is gone; then backup with a whole master-down time', () => {
    const router = master();
    router.give(DOWN);
    router.give(SCRIPT);
    router.until(20_000);
    expect(router.give(UP)).toEqual([]);
    expect(router.state).toMatchObject({ state: 'fault', reason: 'script chk failed' });
    router.until(30_000);
    expect(router.give({ type: 'fault-cleared', source: 'script chk' })).toEqual([
      { type: 'set-timer', timer: 'master-down', deadline: 33_609.375 },
      { type: 'transition', from: 'fault', to: 'backup', reason: 'fault cleared' },
    ]);
  });

  test('the owner is master at once', () => {
    const router = master({ priority: 255 });
    router.give(DOWN);
    router.give(UP);
    expect(router.state.state).toBe('master');
  });

  test('clearing what is not set changes nothing', () => {
    expect(backup().give(UP)).toEqual([]);
  });
});

describe('starting', () => {
  test('with a fault that came before: FAULT, not backup', () => {
    const router = new Driver();
    router.give({ type: 'primary-address', address: OURS });
    expect(router.give(DOWN)).toEqual([]);
    expect(router.give({ type: 'startup' })).toEqual([
      { type: 'transition', from: 'initialize', to: 'fault', reason: 'interface eth0 is down' },
    ]);
  });

  test('without an address to send from: FAULT until there is one', () => {
    const router = new Driver();
    router.give({ type: 'startup' });
    expect(router.state).toMatchObject({
      state: 'fault',
      reason: 'eth0 has no IPv4 address to advertise from',
    });
    router.give({ type: 'primary-address', address: OURS });
    expect(router.state.state).toBe('backup');
  });

  test.each([
    ['a fault', OURS],
    ['no address to send from', undefined],
  ])('with mastership to adopt, but %s: FAULT, and what was left up goes', (_, address) => {
    const router = new Driver();
    router.give({ type: 'primary-address', address });
    if (address) router.give(DOWN);
    expect(kinds(router.give({ type: 'startup', adopt: true }))).toEqual(['transition', 'remove-addresses']);
    expect(router.state.state).toBe('fault');
  });

  test('with mastership to adopt: master, and nothing goes', () => {
    const router = new Driver();
    router.give({ type: 'primary-address', address: OURS });
    expect(kinds(router.give({ type: 'startup', adopt: true }))).not.toContain('remove-addresses');
    expect(router.state.state).toBe('master');
  });

  test('the primary address is lost', () => {
    const router = master();
    router.give({ type: 'primary-address', address: undefined });
    expect(router.state.state).toBe('fault');
  });

  test('twice is once', () => {
    const router = backup();
    router.until(1000);
    expect(router.give({ type: 'startup' })).toEqual([]);
  });

  test('Shutdown in FAULT: to Initialize, silently', () => {
    const router = backup();
    router.give(DOWN);
    expect(kinds(router.give({ type: 'shutdown' }))).toEqual(['transition']);
    expect(router.state).toMatchObject({ state: 'initialize', started: false });
  });
});
