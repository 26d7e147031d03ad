import { expect, test } from 'vitest';
import { seconds } from '../../src/base/time.ts';
import { describeWhy } from '../../src/vrrp/instance.ts';
import { backup, Driver, master } from './driver.ts';

const why = (router: Driver) => describeWhy(router.config, router.state, router.now);

test('not started, stopped', () => {
  const router = new Driver();
  expect(why(router)).toBe('VI_1 is not started.');
  router.start();
  router.give({ type: 'shutdown' });
  expect(why(router)).toBe('VI_1 is stopped.');
});

test('backup of a higher master', () => {
  const router = backup({ adverInterval: seconds(2) });
  router.hear(254);
  router.until(10);
  expect(why(router)).toBe(
    'VI_1 is backup because 10.0.0.1 advertises priority 254 (ours 100); becomes master in 6.6 s if nothing more is heard.',
  );
});

test('backup that has heard nobody, somebody who resigned, somebody lower', () => {
  const router = backup();
  router.until(1000);
  expect(why(router)).toBe(
    'VI_1 is backup because no master has been heard yet; becomes master in 2.61 s if nobody is heard.',
  );
  router.hear(50);
  expect(why(router)).toBe(
    'VI_1 is backup because 10.0.0.1 advertises priority 50 (ours 100) and its turn is not over yet; preempts it in 2.61 s.',
  );
  router.hear(0);
  expect(why(router)).toBe(
    'VI_1 is backup because 10.0.0.1 has just resigned (priority 0); becomes master in 609 ms unless another does first.',
  );
});

test('backup that lets a lower master be', () => {
  const router = backup({ preempt: false });
  router.hear(50);
  expect(why(router)).toMatch(/advertises priority 50 \(ours 100\), but nopreempt lets a living master be;/);
  const held = backup();
  held.give({ type: 'admin', mode: 'active', holdPreempt: true });
  held.hear(50);
  expect(why(held)).toMatch(/but preemption is held until a failback; becomes master in 3.61 s/);
});

test('standby', () => {
  const router = backup();
  router.give({ type: 'admin', mode: 'standby', holdPreempt: false });
  router.hear(50);
  expect(why(router)).toBe(
    'VI_1 is backup (standby) because 10.0.0.1 advertises priority 50 (ours 1); becomes master in 4 s if nothing more is heard.',
  );
});

test('master, and what would end it', () => {
  expect(why(master({}, 4000))).toBe(
    'VI_1 is master for 391 ms, because no advertisement heard for 3.61 s; ' +
      'yields to an advertisement above priority 100, advertises next in 609 ms.',
  );
});

test('handing over', () => {
  const router = master();
  router.give({ type: 'push', id: 'op1' });
  router.until(10_250);
  expect(why(router)).toBe(
    'VI_1 is handing over: it resigned 250 ms ago and serves in silence until a successor is heard; ' +
      'resumes in 4.25 s if nobody comes.',
  );
});

test('fault and maintenance', () => {
  const router = master();
  router.give({ type: 'fault', source: 'interface eth0', reason: 'interface eth0 is down' });
  expect(why(router)).toBe(
    'VI_1 is in fault because interface eth0 is down; ' +
      'becomes backup when that clears, and master 3.61 s later if nobody else is.',
  );
  router.give({ type: 'admin', mode: 'maintenance', holdPreempt: false });
  expect(why(router)).toBe(
    'VI_1 is in maintenance: out of the election, its addresses are forbidden here until it is activated.',
  );
});

test('the member of a sync group that waits for the others', () => {
  const router = backup({ syncGroup: 'G' });
  router.until(5000);
  expect(why(router)).toBe(
    'VI_1 is backup because its sync group G is; ready to become master, and does so when every other member is ready.',
  );
});
