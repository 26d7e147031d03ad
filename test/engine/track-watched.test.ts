import { expect, test } from 'vitest';
import { milliseconds, seconds } from '../../src/base/time.ts';
import { guardedServiceConf } from '../../src/lab/configurations.ts';
import { addDirector, type SimDirector } from '../../src/lab/sim-cluster.ts';
import { createWorld, type World } from '../../src/sim/world.ts';
import { lab, settle } from './support.ts';

const BLOCKS = `track_file load {
  file /run/load
  weight 2
}
track_file broken {
  file /run/broken
  weight 0
  init_file 0
}
vrrp_track_process web {
  process nginx
  weight -30
}
vrrp_track_process needed {
  process sshd
  terminate_delay 2
}
`;
const ALL = 'track_file {\n load\n broken\n}\n track_process {\n web\n needed\n}';

async function director(track = ALL): Promise<{ world: World; a: SimDirector; conf(track: string): string }> {
  const world = createWorld({ seed: 5 });
  const conf = (what: string): string =>
    BLOCKS +
    guardedServiceConf(lab, 'a', { adverInterval: 1, priorities: { a: 100, b: 50 } }).replace(
      'virtual_ipaddress {',
      `${what}\n    virtual_ipaddress {`,
    );
  const a = await addDirector(world, { name: 'a', address: lab.nodes.a.address, configuration: conf(track) }, 'test');
  return { world, a, conf };
}

const instance = ({ engine }: SimDirector) => engine.snapshot().instances[0]!;
const terms = (a: SimDirector): Record<string, number> =>
  Object.fromEntries(instance(a).priority.terms.map(({ source, value }) => [source, value]));

test('files and processes are addends that show where they come from, or faults', async () => {
  const { world, a } = await director();
  world.run(seconds(1));
  expect(terms(a)).toEqual({ 'process web': -30 });
  expect(instance(a).faults).toEqual(['process needed: 0 running, wanted 1']);
  const sshd = a.processes.start('/usr/sbin/sshd', '-D');
  a.processes.start('nginx');
  a.watchedFiles.write('/run/load', '7\n');
  world.run(seconds(1));
  expect(instance(a)).toMatchObject({ state: 'backup', faults: [], priority: { base: 100, effective: 114 } });
  expect(terms(a)).toEqual({ 'file load': 14 });
  world.run(seconds(5));
  expect(instance(a).state).toBe('master');
  a.watchedFiles.write('/run/broken', '1');
  world.run(milliseconds(200));
  expect(instance(a)).toMatchObject({ state: 'fault', faults: ['file broken has the number 1'] });
  a.watchedFiles.write('/run/broken', undefined);
  world.run(seconds(5));
  expect(instance(a).state).toBe('master');
  a.processes.end(sshd);
  world.run(seconds(1));
  expect(instance(a).state).toBe('master');
  world.run(seconds(2));
  expect(instance(a)).toMatchObject({ state: 'fault', faults: ['process needed: 0 running, wanted 1'] });
});

test('the file is made at the start where the configuration says so', async () => {
  const { a } = await director();
  let text: string | undefined;
  a.watchedFiles.watch('/run/broken', (now) => {
    text = now;
  });
  expect(text).toBe('0\n');
});

test('a reload takes what is tracked no longer away, without a flap of what stays', async () => {
  const { world, a, conf } = await director('track_file {\n load\n broken\n}');
  a.watchedFiles.write('/run/load', '7');
  world.run(seconds(10));
  expect(instance(a)).toMatchObject({ state: 'master', priority: { effective: 114 } });
  a.rewrite(conf('track_file {\n broken\n}'));
  await settle(world, a.link().operate({ verb: 'reload', target: '' }));
  world.run(seconds(1));
  expect(instance(a)).toMatchObject({ state: 'master', priority: { effective: 100, terms: [] } });
  a.rewrite(conf('track_file {\n load weight 3 reverse\n}'));
  await settle(world, a.link().operate({ verb: 'reload', target: '' }));
  world.run(seconds(1));
  expect(instance(a)).toMatchObject({ state: 'master', priority: { effective: 79 } });
});
