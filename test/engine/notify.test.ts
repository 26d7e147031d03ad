/** Scripts and FIFOs that are told of changes, in keepalived's words. */
import { describe, expect, test } from 'vitest';
import { seconds } from '../../src/base/time.ts';
import { groupState, type NotifyState, stateAfter } from '../../src/engine/notify/announce.ts';
import { guardedServiceConf } from '../../src/lab/configurations.ts';
import { addDirector } from '../../src/lab/sim-cluster.ts';
import type { SimScripts } from '../../src/sim/scripts.ts';
import { createWorld } from '../../src/sim/world.ts';
import { lab, settle } from './support.ts';

const VIP = lab.vip;
const [S1, S2] = [lab.nodes.s1.address, lab.nodes.s2.address];
const GLOBALS = `global_defs {
  notify_fifo /all
  vrrp_notify_fifo /vrrp
  lvs_notify_fifo /lvs
  lvs_notify_fifo_script "/bin/reader -x"
  script_user keeper
}
`;
const SERVICE = `virtual_server ${VIP} 80 {
  lb_algo rr
  lb_kind DR
  protocol TCP
  delay_loop 1
  warmup 0
  quorum 2
  omega
  quorum_up "/bin/n quorum up"
  quorum_down "/bin/n quorum down"
  real_server ${S1} 80 {
    notify_up "/bin/n s1 up" nobody
    notify_down "/bin/n s1 down"
    TCP_CHECK { retry 0
    }
  }
  real_server ${S2} 80 {
    TCP_CHECK { retry 0
    }
  }
}
`;
const NOTIFY = ['master', 'backup', 'fault', 'stop'].map((state) => `notify_${state} "/bin/n ${state}"`).join('\n');

async function director(settings: { readonly takes?: number } = {}) {
  const world = createWorld({ seed: 3 });
  const instance = guardedServiceConf(lab, 'a', { adverInterval: 1 }).replace(
    'state ',
    `${NOTIFY}\nnotify /bin/n\nstate `,
  );
  const name = /vrrp_instance (\S+)/.exec(instance)?.[1] ?? '';
  const configuration = instance + SERVICE + GLOBALS;
  const install = (scripts: SimScripts): void => {
    scripts.setScript('/bin/n', 0, seconds(settings.takes ?? 0.001));
    scripts.setScript('/bin/reader', 0, seconds(3600));
  };
  const a = await addDirector(world, { name: 'a', address: lab.nodes.a.address, configuration, install }, 'test');
  for (const server of [S1, S2]) a.prober.setServer(server, 80, { kind: 'up' });
  const ran = () =>
    a.scripts.started.map(({ argv, user }) => `${argv.slice(1).join(' ')}${user === 'keeper' ? '' : ` as ${user}`}`);
  return { world, a, name, ran };
}

test('an instance: its state, to its own script, to the general one with arguments, to the FIFOs', async () => {
  const { world, a, name, ran } = await director();
  world.run(seconds(10));
  await settle(world, a.engine.stop());
  const priority = a.engine.snapshot().instances[0]?.priority.base;
  const states = ['BACKUP', 'MASTER', 'STOP'];
  expect(a.fifos.lines('/vrrp')).toEqual(states.map((state) => `INSTANCE "${name}" ${state} ${priority}`));
  const ofInstance = ran().filter((line) => /^(backup|master|stop|fault|INSTANCE)/.test(line));
  expect(ofInstance).toEqual(states.flatMap((state) => [state.toLowerCase(), `INSTANCE ${name} ${state} ${priority}`]));
});

test('real servers and the quorum, as keepalived tells of them; omega at the end', async () => {
  const { world, a, ran } = await director();
  world.run(seconds(5));
  a.prober.setServer(S1, 80, { kind: 'down' });
  world.run(seconds(3));
  a.prober.setServer(S1, 80, { kind: 'up' });
  world.run(seconds(3));
  await settle(world, a.engine.stop());
  const vs = `[${VIP}]:tcp:80`;
  const [s1, s2] = [`[${S1}]:tcp:80`, `[${S2}]:tcp:80`];
  const told = [
    `VS ${vs} UP`,
    `RS ${s1} ${vs} DOWN`,
    `VS ${vs} DOWN`,
    `RS ${s1} ${vs} UP`,
    `VS ${vs} UP`,
    `RS ${s1} ${vs} DOWN`,
    `RS ${s2} ${vs} DOWN`,
    `VS ${vs} DOWN`,
  ];
  expect(a.fifos.lines('/lvs')).toEqual(told);
  expect(a.fifos.lines('/all').filter((line) => /^[RV]S/.test(line))).toEqual(told);
  expect(ran().filter((line) => /^(quorum|s1|-x)/.test(line))).toEqual([
    '-x /lvs',
    'quorum up',
    's1 down',
    'quorum down',
    's1 up as nobody',
    'quorum up',
    's1 down',
    'quorum down',
  ]);
});

test('scripts of one subject run in order; one that hangs holds up the next for ten seconds', async () => {
  const { world, ran } = await director({ takes: 60 });
  const vrrp = () => ran().filter((line) => /^(backup|master|INSTANCE)/.test(line));
  world.run(seconds(6));
  expect(vrrp()).toHaveLength(1);
  world.run(seconds(10));
  expect(vrrp()).toHaveLength(2);
  world.run(seconds(20));
  expect(vrrp().map((line) => line.split(' ')[0])).toEqual(['backup', 'INSTANCE', 'master', 'INSTANCE']);
});

test('at the end STOP takes the place of what still waits: nothing starts after it', async () => {
  const { world, a, ran } = await director({ takes: 20 });
  const vrrp = () => ran().filter((line) => /^(backup|master|stop|INSTANCE)/.test(line));
  world.run(seconds(6));
  await settle(world, a.engine.stop());
  world.run(seconds(60));
  expect(vrrp().map((line) => line.replace(/^INSTANCE \S+ (\S+).*/, 'INSTANCE $1'))).toEqual([
    'backup',
    'stop',
    'INSTANCE STOP',
  ]);
});

describe('words', () => {
  test('a transition', () => {
    expect(stateAfter('backup → master: nobody else')).toBe('MASTER');
    expect(stateAfter('initialize → backup: start')).toBe('BACKUP');
    expect(stateAfter('master → fault: link down')).toBe('FAULT');
    expect(stateAfter('master → initialize: stopped')).toBeUndefined();
    expect(stateAfter('something else')).toBeUndefined();
  });

  test('a group is what all its members are, and in FAULT when one is', () => {
    const group = { members: ['A', 'B'] } as unknown as Parameters<typeof groupState>[0];
    const of = (a?: NotifyState, b?: NotifyState) =>
      groupState(group, new Map([...(a ? [['A', a] as const] : []), ...(b ? [['B', b] as const] : [])]));
    expect(of('MASTER', 'MASTER')).toBe('MASTER');
    expect(of('MASTER', 'BACKUP')).toBeUndefined();
    expect(of('BACKUP')).toBeUndefined();
    expect(of('BACKUP', 'FAULT')).toBe('FAULT');
  });
});
