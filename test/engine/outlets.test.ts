/** The notify FIFOs over reloads, and at the end. */
import { expect, test } from 'vitest';
import { seconds } from '../../src/base/time.ts';
import type { GlobalDefs } from '../../src/conf/model.ts';
import type { NotifyFifo } from '../../src/conf/notify-model.ts';
import { createOutlets } from '../../src/engine/notify/outlets.ts';
import type { ServiceHost } from '../../src/ports/host.ts';
import { createSimFifos } from '../../src/sim/fifos.ts';
import { createSimScripts } from '../../src/sim/scripts.ts';
import { createWorld } from '../../src/sim/world.ts';

const fifo = (path: string, reader?: string): NotifyFifo =>
  ({ path, script: reader === undefined ? undefined : { argv: [reader] } }) as NotifyFifo;

function outlets(fifos: Partial<GlobalDefs['fifos']>) {
  const { clock, alarms, run } = createWorld({ seed: 1 });
  const scripts = createSimScripts(alarms, clock);
  for (const name of ['/bin/one', '/bin/other']) scripts.setScript(name, 0, seconds(0.5));
  scripts.setScript('/bin/stubborn', 0, seconds(3600));
  const pipes = createSimFifos();
  const global = { fifos: { all: undefined, vrrp: undefined, lvs: undefined, ...fifos } };
  const said: string[] = [];
  const host = { fifos: pipes, scripts, alarms, clock } as unknown as ServiceHost;
  const complain = (path: string, text: string): void => void said.push(`${path}: ${text}`);
  const made = createOutlets(host, () => global as GlobalDefs, complain);
  const started = (): string[] => scripts.started.map(({ argv }) => argv.join(' '));
  return { made, global, pipes, started, said, run };
}

test('a reload opens what is new, closes what is gone, and leaves alone what is as it was', () => {
  const { made, global, pipes, started, said } = outlets({ all: fifo('/all', '/bin/one'), vrrp: fifo('/vrrp') });
  made.follow();
  made.write('vrrp', 'first');
  global.fifos = { all: fifo('/all', '/bin/one'), vrrp: undefined, lvs: fifo('/lvs', '/bin/other') };
  made.follow();
  expect([...pipes.opened]).toEqual(['/all', '/lvs']);
  expect(started()).toEqual(['/bin/one /all', '/bin/other /lvs']);
  made.write('vrrp', 'second');
  made.write('lvs', 'third');
  expect(pipes.lines('/all')).toEqual(['first', 'second', 'third']);
  expect(pipes.lines('/vrrp')).toEqual(['first']);
  expect(pipes.lines('/lvs')).toEqual(['third']);
  expect(said).toEqual([]);
});

test('another reader of the same FIFO: it is opened anew, after it was closed', () => {
  const { made, global, pipes, started } = outlets({ lvs: fifo('/lvs', '/bin/one') });
  made.follow();
  global.fifos = { ...global.fifos, lvs: fifo('/lvs', '/bin/other') };
  made.follow();
  expect([...pipes.opened]).toEqual(['/lvs']);
  expect(started()).toEqual(['/bin/one /lvs', '/bin/other /lvs']);
});

test('at the end the pipe is closed first: a reader that ends by itself is waited for, and no complaint', async () => {
  const { made, pipes, said, run } = outlets({ all: fifo('/all', '/bin/one') });
  made.follow();
  let closed = false;
  const closing = made.close().then(() => {
    closed = true;
  });
  expect([...pipes.opened]).toEqual([]);
  await Promise.resolve();
  expect(closed).toBe(false);
  run(seconds(0.6));
  await closing;
  expect(said).toEqual([]);
});

test('one that does not end is told to after a second; one that ended too early was complained of', async () => {
  const { made, said, run } = outlets({ all: fifo('/all', '/bin/stubborn'), lvs: fifo('/lvs', '/bin/one') });
  made.follow();
  run(seconds(0.6));
  expect(said).toEqual(['/lvs: its reader /bin/one has ended (0)']);
  const closing = made.close();
  run(seconds(1.1));
  await closing;
  expect(said).toHaveLength(1);
});
