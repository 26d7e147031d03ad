/** Routes and rules come after the addresses and go before them. */
import { describe, expect, test } from 'vitest';
import { backup, Driver, kinds, master, notes, PEER, VIP } from './driver.ts';

const WITH = { holdsRouting: true };
const WHAT = '198.51.100.0/24 via 10.0.0.1';
const REMOVED = { type: 'routing-removed', what: [WHAT] } as const;
const hold = (effects: Parameters<typeof kinds>[0]) => kinds(effects).filter((kind) => /(add|remove)-/.test(kind));

describe('routes and rules', () => {
  test('come behind the addresses and before they are announced; go before the addresses, after priority 0', () => {
    const router = new Driver(WITH);
    router.start();
    const effects = kinds(router.until(3610));
    expect(effects.slice(0, 4)).toEqual(['send-advert', 'add-addresses', 'add-routing', 'gratuitous-arp']);
    expect(kinds(router.give({ type: 'shutdown' })).slice(0, 3)).toEqual([
      'send-advert',
      'remove-routing',
      'remove-addresses',
    ]);
  });

  test('where there are none nothing is said of them', () => {
    const router = master();
    expect(hold(router.give({ type: 'shutdown' }))).toEqual(['remove-addresses']);
  });

  test('go with the addresses in an immediate push, and come back with them', () => {
    const router = master(WITH);
    expect(hold(router.give({ type: 'push', id: '1', immediate: true }))).toEqual([
      'remove-routing',
      'remove-addresses',
    ]);
    expect(hold(router.until(router.now + 60_000))).toEqual(['add-addresses', 'add-routing']);
  });

  test('stay through a silent push until the successor speaks', () => {
    const router = master(WITH);
    expect(hold(router.give({ type: 'push', id: '1' }))).toEqual([]);
    const heard = router.give({ type: 'advert', source: PEER, priority: 50 });
    expect(hold(heard)).toEqual(['remove-routing', 'remove-addresses']);
  });

  test('taken away by somebody else are put back without an announcement; three times in 10 s, after 10 s', () => {
    const router = master(WITH);
    expect(router.give(REMOVED)).toEqual([
      { type: 'note', severity: 'warning', text: `${WHAT} was removed by somebody else; put back` },
      { type: 'add-routing' },
    ]);
    expect(hold(router.give(REMOVED))).toEqual(['add-routing']);
    const third = router.give(REMOVED);
    expect(kinds(third)).toEqual(['set-timer', 'note']);
    expect(notes(third)[0]).toMatch(/3 times in 10 s/);
    expect(router.give(REMOVED)).toEqual([]);
    // An address is none the worse for it.
    expect(hold(router.give({ type: 'address-removed', address: VIP }))).toEqual(['add-addresses', 'add-routing']);
    expect(hold(router.until(router.now + 10_000))).toContain('add-routing');
    expect(backup(WITH).give(REMOVED)).toEqual([]);
  });

  test('are put back at once also while another of them cannot be', () => {
    const router = master(WITH);
    router.give({ type: 'effect-failed', effect: 'add-routing', reason: 'add x: ENETUNREACH' });
    expect(hold(router.give(REMOVED))).toEqual(['add-routing']);
  });

  test('that the kernel refuses are tried again 10 s later, and mastership is kept', () => {
    const router = master(WITH);
    router.give({ type: 'effect-failed', effect: 'add-routing', reason: 'add x: ENETUNREACH' });
    expect(router.deadline('repair-routing')).toBe(router.now + 10_000);
    expect(router.deadline('repair')).toBeUndefined();
    expect(router.state.state).toBe('master');
  });
});
