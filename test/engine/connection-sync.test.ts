/** Which synchronisation daemons run, over the states of the instance that they follow. */
import { describe, expect, test } from 'vitest';
import { parseIp } from '../../src/base/ip.ts';
import { err, ok } from '../../src/base/result.ts';
import type { GlobalDefs } from '../../src/conf/model.ts';
import { createConnectionSync } from '../../src/engine/services/connection-sync.ts';
import type { SyncDaemon } from '../../src/ipvs/control.ts';
import type { IpvsControl } from '../../src/ports/ipvs-table.ts';
import { osError } from '../../src/ports/os-error.ts';
import { createSimStateFiles } from '../../src/sim/state-files.ts';

type Global = Pick<GlobalDefs, 'ipvsTimeouts' | 'syncDaemon'>;
const ETH0 = { interface: 'eth0', id: 51, maxLength: undefined, port: undefined, ttl: undefined, group: undefined };
const following: Global = { ipvsTimeouts: undefined, syncDaemon: { ...ETH0, instance: 'VI_1' } };
const both: Global = { ipvsTimeouts: undefined, syncDaemon: { ...ETH0, instance: undefined } };
const none: Global = { ipvsTimeouts: undefined, syncDaemon: undefined };

/** A kernel that already has `running`, and an engine of it. */
function node(initial: Global, running: readonly SyncDaemon[] = [], files = createSimStateFiles()) {
  const kernel = new Map(running.map((daemon) => [daemon.role, daemon]));
  const did: string[] = [];
  const said: string[] = [];
  const control: IpvsControl = {
    setTimeouts: (timeouts) => ok(void did.push(JSON.stringify(timeouts))),
    daemons: () => ok([...kernel.values()]),
    start(daemon) {
      if (kernel.has(daemon.role)) return err(osError('EEXIST', 'start'));
      kernel.set(daemon.role, { maxLength: 1456, port: 8848, ttl: 1, ...defined(daemon) });
      return ok(void did.push(`+${daemon.role}`));
    },
    stop: (role) => (kernel.delete(role) ? ok(void did.push(`-${role}`)) : err(osError('ESRCH', 'stop'))),
  };
  const global = { now: initial };
  const sync = createConnectionSync(
    { table: { kind: 'ipvs', control }, files },
    () => global.now,
    (text, severity = 'info') => said.push(`${severity}: ${text}`),
  );
  const follow = (state: 'master' | 'backup' | 'fault'): string[] => {
    sync.follow([{ name: 'VI_1', state }]);
    return did.splice(0);
  };
  return { sync, follow, global, did, said, kernel, files };
}
const defined = (daemon: SyncDaemon): SyncDaemon =>
  Object.fromEntries(Object.entries(daemon).filter(([, value]) => value !== undefined)) as unknown as SyncDaemon;

describe('with an instance', () => {
  test('its master sends, else it takes in; what is as it should be is left alone', () => {
    const { follow, said } = node(following);
    expect(follow('backup')).toEqual(['+backup']);
    expect(follow('backup')).toEqual([]);
    expect(follow('master')).toEqual(['-backup', '+master']);
    expect(follow('master')).toEqual([]);
    expect(follow('fault')).toEqual(['-master', '+backup']);
    expect(said.at(-1)).toBe('info: connection sync: takes in on eth0, id 51');
  });

  test('one that was ended by somebody else is started again', () => {
    const { follow, kernel } = node(following);
    follow('master');
    kernel.clear();
    expect(follow('master')).toEqual(['+master']);
  });

  test('after a kill the daemon that still runs is taken over as it is', () => {
    const { follow, sync, did } = node(following, [{ role: 'master', interface: 'eth0', id: 51, port: 8848 }]);
    expect(follow('master')).toEqual([]);
    sync.stop();
    expect(did).toEqual(['-master']);
  });

  test('one of somebody else that stands in the way gives way, and it is said', () => {
    const { follow, said } = node(following, [{ role: 'backup', interface: 'eth1', id: 9 }]);
    expect(follow('backup')).toEqual(['-backup', '+backup']);
    expect(said[0]).toBe('warning: connection sync: a daemon of somebody else (takes in on eth1, id 9) gave way');
  });
});

test.each([
  ['backup', 500, undefined, 1024],
  ['master', 500, undefined, 500],
  ['backup', 65507, parseIp('ff02::51'), 65487],
  ['master', 65507, parseIp('ff02::51'), 65487],
  ['backup', 65507, parseIp('224.0.0.82'), 65507],
] as const)(
  'a %s daemon with maxlen %i (group %s), of which the kernel makes %i, is as asked',
  (role, maxLength, group, made) => {
    const syncDaemon = { ...ETH0, instance: 'VI_1', maxLength, group };
    const running = { role, interface: 'eth0', id: 51, maxLength: made, group: group ?? parseIp('224.0.0.81') };
    expect(node({ ...none, syncDaemon }, [running]).follow(role)).toEqual([]);
    const other = { ...running, maxLength: made - 1 };
    expect(node({ ...none, syncDaemon }, [other]).follow(role)).toEqual([`-${role}`, `+${role}`]);
  },
);

test('without an instance it does both', () => {
  expect(node(both).follow('backup')).toEqual(['+master', '+backup']);
});

test('a reload without the word ends what is ours, and nothing else', () => {
  const foreign: SyncDaemon = { role: 'backup', interface: 'eth1', id: 9 };
  const { follow, global, kernel } = node(none, [foreign]);
  expect(follow('master')).toEqual([]);
  global.now = following;
  expect(follow('master')).toEqual(['+master']);
  global.now = none;
  expect(follow('master')).toEqual(['-master']);
  expect([...kernel.values()]).toEqual([foreign]);
});

describe('after a kill', () => {
  /** What runs on, and what is on the disk. */
  function killed(state: 'master' | 'backup') {
    const { follow, kernel, files } = node(following);
    follow(state);
    return { running: [...kernel.values()], files };
  }

  test('with the word gone from the file, what ran on is ended at the next start', () => {
    const { running, files } = killed('master');
    const { follow, said } = node(none, running, files);
    expect(follow('backup')).toEqual(['-master']);
    expect(said).toEqual(['info: connection sync: ended (sends on eth0, id 51)']);
    expect(node(none, running, files).follow('backup')).toEqual([]);
  });

  test('what is not asked for in the state that the instance has now is ended', () => {
    const { running, files } = killed('master');
    expect(node(following, running, files).follow('backup')).toEqual(['-master', '+backup']);
  });

  test("somebody else's daemon of the same role is let be", () => {
    const foreign: SyncDaemon = { role: 'master', interface: 'eth1', id: 51 };
    expect(node(none, [foreign], killed('master').files).follow('backup')).toEqual([]);
    expect(node(none, [{ ...foreign, interface: 'eth0', id: 9 }], killed('master').files).follow('backup')).toEqual([]);
  });

  test('in the middle of a start: it is known as ours before it runs', () => {
    const { follow, kernel, files } = node(following);
    let known: unknown;
    kernel.set = () => {
      known = files.read('sync-daemons.json');
      return kernel;
    };
    expect(follow('master')).toEqual(['+master']);
    expect(known).toEqual(ok('[{"role":"master","interface":"eth0","id":51}]'));
  });

  test('a file that makes no sense, and one that cannot be written, are told of', () => {
    const { running, files } = killed('master');
    files.replace('sync-daemons.json', '{');
    const { follow, said } = node(none, running, files);
    expect(follow('backup')).toEqual([]);
    expect(said).toEqual(['warning: sync-daemons.json makes no sense: what an earlier run left is taken for foreign']);
    const other = node(following);
    other.files.breakWith('ENOSPC');
    expect(other.follow('master')).toEqual(['+master']);
    expect(other.said[0]).toContain('warning: which synchronisation daemons are ours could not be stored (');
  });

  test('an orderly end leaves nothing to be ended', () => {
    const { follow, sync, files } = node(following);
    follow('master');
    sync.stop();
    expect(files.read('sync-daemons.json')).toMatchObject({ value: '[]' });
  });
});

test('timeouts are set once for each value', () => {
  const { follow, global } = node({ ...none, ipvsTimeouts: { tcp: 7200 } });
  expect(follow('backup')).toEqual(['{"tcp":7200}']);
  expect(follow('master')).toEqual([]);
  global.now = { ...none, ipvsTimeouts: { tcp: 60, udp: 5 } };
  expect(follow('master')).toEqual(['{"tcp":60,"udp":5}']);
});

test('a data plane that has none of this says so once', () => {
  const said: string[] = [];
  const sync = createConnectionSync(
    { table: { kind: 'nftables' }, files: createSimStateFiles() },
    () => following,
    (text) => said.push(text),
  );
  sync.follow([]);
  sync.follow([]);
  sync.stop();
  expect(said).toEqual(['lvs_sync_daemon needs IPVS: the data plane is nftables']);
});
