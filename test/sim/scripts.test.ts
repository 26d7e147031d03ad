import { expect, test } from 'vitest';
import { instant, milliseconds, seconds, wallTime } from '../../src/base/time.ts';
import { createTimeline } from '../../src/sim/clock.ts';
import { createSimScripts } from '../../src/sim/scripts.ts';

function world() {
  const time = createTimeline(wallTime(0));
  const scripts = createSimScripts({ at: (deadline, ring) => time.schedule(deadline, 'alarm', ring) }, time.clock);
  const heard: unknown[] = [];
  const run = (program: string) =>
    scripts.run({ argv: [program, '-q'], timeout: seconds(3) }, (result) => heard.push(result));
  return { time, scripts, heard, run };
}

test('a program ends as it was told, and differently once it was told otherwise', () => {
  const { time, scripts, heard, run } = world();
  scripts.setScript('/bin/check', 0);
  run('/bin/check');
  time.advanceTo(instant(1));
  scripts.setScript('/bin/check', 7, milliseconds(20));
  run('/bin/check');
  scripts.setScript('/bin/check', { kind: 'killed', signal: 'SIGSEGV' });
  run('/bin/check');
  time.advanceTo(instant(100));
  expect(heard).toEqual([
    { kind: 'exited', code: 0, took: 1, output: '' },
    { kind: 'killed', signal: 'SIGSEGV' },
    { kind: 'exited', code: 7, took: 20, output: '' },
  ]);
  expect(scripts.started.map(({ argv }) => argv.join(' '))).toEqual(Array(3).fill('/bin/check -q'));
});

test('what takes longer than its timeout is timed out then', () => {
  const { time, scripts, heard, run } = world();
  scripts.setScript('/bin/slow', 0, seconds(4));
  run('/bin/slow');
  time.advanceTo(instant(2999));
  expect(heard).toEqual([]);
  time.advanceTo(instant(3000));
  expect(heard).toEqual([{ kind: 'timed-out' }]);
});

test('a program nobody has set cannot be started; a cancelled one stays silent', () => {
  const { time, scripts, heard, run } = world();
  run('/bin/none');
  expect(heard).toEqual([]);
  scripts.setScript('/bin/check', 0);
  run('/bin/check')();
  time.advanceTo(instant(10));
  expect(heard).toEqual([{ kind: 'not-started', detail: '/bin/none: no such file (ENOENT)' }]);
});
