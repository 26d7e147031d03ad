import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { milliseconds } from '../../src/base/time.ts';
import type { BfdPacket } from '../../src/wire/bfd.ts';
import { Session, together } from './pair.ts';

const lastPacket = (session: Session): BfdPacket => session.sent.at(-1)!.packet;
const gaps = (session: Session): number[] => session.sent.slice(1).map(({ at }, i) => at - (session.sent[i]?.at ?? 0));

describe('the handshake (RFC 5880 §6.2)', () => {
  test('two sessions come up, with a Poll Sequence each, and speak at the faster pace', () => {
    const [a, b] = [new Session(), new Session({}, 8)];
    for (const each of [a, b]) each.give({ type: 'start' });
    together(a, b, 3000);
    expect([a.state.state, b.state.state]).toEqual(['up', 'up']);
    expect(a.path.at(-1)).toBe('up');
    expect([a.verdicts, b.verdicts].map((verdicts) => verdicts.length)).toEqual([1, 1]);
    expect([a.state.polling, b.state.polling]).toEqual([false, false]);
    expect(lastPacket(a)).toMatchObject({ state: 'up', myDiscriminator: 7, yourDiscriminator: 8, desiredMinTx: 10 });
    const before = a.sent.length;
    together(a, b, 1000);
    expect(a.sent.length - before).toBe(100);
  });

  test.for([
    ['down', 'down', 'init'],
    ['down', 'init', 'up'],
    ['down', 'up', 'down'],
    ['down', 'admin-down', 'down'],
    ['init', 'down', 'init'],
    ['init', 'init', 'up'],
    ['init', 'up', 'up'],
    ['init', 'admin-down', 'down'],
    ['up', 'down', 'down'],
    ['up', 'init', 'up'],
    ['up', 'up', 'up'],
    ['up', 'admin-down', 'down'],
  ] as const)('in %s a packet that says %s leads to %s', ([from, theirs, to]) => {
    const session = new Session();
    session.give({ type: 'start' });
    if (from !== 'down') session.hear({ state: from === 'init' ? 'down' : 'init' });
    expect(session.state.state).toBe(from);
    session.hear({ state: theirs });
    expect(session.state.state).toBe(to);
  });

  test('a change is told at once, and not the same thing twice', () => {
    const session = new Session();
    session.give({ type: 'start' });
    expect(session.sent).toHaveLength(1);
    session.hear({ state: 'down' });
    expect(lastPacket(session)).toMatchObject({ state: 'init', yourDiscriminator: 99 });
    session.hear({ state: 'down' });
    expect(session.sent).toHaveLength(2);
  });
});

describe('timing', () => {
  test('a second, and not less, while it is not Up', () => {
    const session = new Session({ minTx: milliseconds(10) });
    session.give({ type: 'start' });
    session.pass(10_000);
    expect(new Set(gaps(session))).toEqual(new Set([1000]));
    expect(lastPacket(session).desiredMinTx).toBe(1000);
  });

  test('jitter takes off 0 to 25 %, with multiplier 1 10 to 25 %', () => {
    const nextGap = (random: number, multiplier: number): number => {
      const session = new Session({ multiplier });
      session.random = random;
      session.give({ type: 'start' });
      session.pass(1000);
      return gaps(session)[0] ?? 0;
    };
    expect([nextGap(0, 5), nextGap(1, 5), nextGap(0, 1), nextGap(1, 1)]).toEqual([1000, 750, 900, 750]);
  });

  test('never faster than the neighbor can receive, and silent to one that wants nothing', () => {
    const session = new Session().bringUp();
    session.hear({ state: 'up', final: true, requiredMinRx: milliseconds(40), multiplier: 255 });
    const before = session.sent.length;
    session.pass(410);
    expect(session.sent.length - before).toBe(11);
    session.hear({ state: 'up', requiredMinRx: milliseconds(0), multiplier: 255 });
    const silent = session.sent.length;
    session.pass(1000);
    expect(session.sent).toHaveLength(silent);
  });

  test('down after the neighbor’s multiplier times the slower of its pace and ours, and not before', () => {
    const session = new Session({ minRx: milliseconds(20) }).bringUp();
    session.hear({ state: 'up', multiplier: 3, desiredMinTx: milliseconds(10) });
    session.pass(59.9);
    expect(session.state.state).toBe('up');
    session.pass(0.2);
    expect(session.state).toMatchObject({ state: 'down', diagnostic: 1, neighbor: undefined });
    expect(session.verdicts.at(-1)).toEqual([false, 'nothing heard for 60 ms']);
    expect(lastPacket(session)).toMatchObject({ state: 'down', diagnostic: 1, yourDiscriminator: 0 });
  });

  test('a detection time of silence makes it forget a neighbor that never came up', () => {
    const session = new Session();
    session.give({ type: 'start' });
    session.hear({ state: 'down', multiplier: 3 });
    session.pass(3100);
    expect(session.state).toMatchObject({ state: 'down', diagnostic: 1, neighbor: undefined });
  });
});

describe('Poll and Final (RFC 5880 §6.5)', () => {
  test('on Up it polls in every packet until it is answered', () => {
    const session = new Session().bringUp();
    expect(lastPacket(session)).toMatchObject({ state: 'up', poll: true, desiredMinTx: 10 });
    session.hear({ state: 'up' });
    session.pass(30);
    expect(session.sent.slice(-3).map(({ packet }) => packet.poll)).toEqual([true, true, true]);
    session.hear({ state: 'up', final: true });
    session.pass(10);
    expect(lastPacket(session).poll).toBe(false);
  });

  test('a poll is answered at once, without polling in the answer, whatever our own state', () => {
    const session = new Session().bringUp();
    session.hear({ state: 'up', poll: true });
    expect(lastPacket(session)).toMatchObject({ poll: false, final: true });
    const passive = new Session({ passive: true });
    passive.give({ type: 'start' });
    passive.hear({ state: 'down', poll: true });
    expect(lastPacket(passive)).toMatchObject({ state: 'init', final: true });
  });
});

describe('roles and ends', () => {
  test('a passive one says nothing before it is spoken to, and falls silent with its neighbor', () => {
    const session = new Session({ passive: true });
    session.give({ type: 'start' });
    session.pass(4000);
    expect(session.sent).toEqual([]);
    session.hear({ state: 'down' });
    expect(lastPacket(session).state).toBe('init');
    session.hear({ state: 'up', multiplier: 3 });
    session.pass(30);
    const before = session.sent.length;
    expect(session.state.state).toBe('down');
    session.pass(5000);
    expect(session.sent).toHaveLength(before);
  });

  test('at the stop the neighbor is told AdminDown; then nothing is heard and nothing waits', () => {
    const session = new Session().bringUp();
    session.give({ type: 'stop' });
    expect(lastPacket(session)).toMatchObject({ state: 'admin-down', diagnostic: 7, yourDiscriminator: 99 });
    expect(session.state.timers.size).toBe(0);
    expect(session.hear({ state: 'up', poll: true })).toEqual([]);
    expect(session.give({ type: 'stop' })).toEqual([]);
  });

  test('a neighbor that shuts its session down on purpose has not failed (RFC 5882 §4.2)', () => {
    const session = new Session().bringUp();
    session.hear({ state: 'admin-down', diagnostic: 7 });
    expect(session.state).toMatchObject({ state: 'down', diagnostic: 3, usable: true });
    session.pass(60_000);
    expect(session.verdicts).toEqual([[true, '10.0.0.2 answers']]);
  });

  test('one that says Down has', () => {
    const session = new Session().bringUp();
    session.hear({ state: 'down', diagnostic: 1 });
    expect(session.verdicts.at(-1)).toEqual([false, 'the neighbor signaled down (control detection time expired)']);
    session.hear({ state: 'init' });
    expect(session.verdicts.at(-1)).toEqual([true, '10.0.0.2 answers']);
  });

  test('demand mode of the neighbor: no periodic packets, but polls are answered', () => {
    const session = new Session().bringUp();
    session.hear({ state: 'up', demand: true, final: true, multiplier: 255 });
    const before = session.sent.length;
    session.pass(500);
    expect(session.sent).toHaveLength(before);
    session.hear({ state: 'up', demand: true, poll: true, multiplier: 255 });
    expect(lastPacket(session).final).toBe(true);
  });
});

describe('the first verdict', () => {
  test('one that nobody answers counts as down after five idle intervals', () => {
    const session = new Session();
    session.give({ type: 'start' });
    session.pass(4999);
    expect(session.verdicts).toEqual([]);
    session.pass(2);
    expect(session.verdicts).toEqual([[false, 'no session with 10.0.0.2 since the start: nothing heard yet']]);
  });

  test('a neighbor that says AdminDown is neither up nor down', () => {
    const session = new Session();
    session.give({ type: 'start' });
    for (let i = 0; i < 8; i++) {
      session.hear({ state: 'admin-down' });
      session.pass(1000);
    }
    expect(session.verdicts).toEqual([]);
    session.pass(15_000);
    expect(session.verdicts.map(([usable]) => usable)).toEqual([false]);
  });

  test('what an earlier life believed holds until then', () => {
    const good = new Session({}, 7, true);
    good.give({ type: 'start' });
    good.pass(3000);
    good.hear({ state: 'init' });
    expect(good.verdicts).toEqual([]);
    const bad = new Session({}, 7, true);
    bad.give({ type: 'start' });
    bad.pass(6000);
    expect(bad.verdicts).toHaveLength(1);
  });
});

test('whatever is heard and whenever: no throw, no packet with Poll and Final, no timer in the past', () => {
  const packets = fc.record({
    state: fc.constantFrom('admin-down', 'down', 'init', 'up'),
    poll: fc.boolean(),
    final: fc.boolean(),
    demand: fc.boolean(),
    multiplier: fc.integer({ min: 1, max: 255 }),
    desiredMinTx: fc.integer({ min: 1, max: 5000 }).map(milliseconds),
    requiredMinRx: fc.integer({ min: 0, max: 5000 }).map(milliseconds),
  });
  const happenings = fc.array(fc.tuple(fc.integer({ min: 0, max: 3000 }), packets), { maxLength: 30 });
  fc.assert(
    fc.property(happenings, fc.boolean(), (all, passive) => {
      const session = new Session({ passive });
      session.give({ type: 'start' });
      for (const [wait, packet] of all) {
        session.pass(wait);
        session.hear(packet);
        expect(session.next() ?? session.now).toBeGreaterThanOrEqual(session.now);
      }
      expect(session.sent.some((one) => one.packet.poll && one.packet.final)).toBe(false);
    }),
    { numRuns: 50 },
  );
});
