import { describe, expect, test } from 'vitest';
import type { OperationRequest, PreflightCheck, Verb } from '../../src/control/operations.ts';
import type { InstanceSnapshot } from '../../src/control/snapshot.ts';
import { planInstance } from '../../src/engine/operations/instance-plans.ts';
import { type Circumstances, examined, instance, master, masterOf, priority } from './snapshots.ts';

function planned(
  verb: Verb,
  snapshot: InstanceSnapshot,
  around: Circumstances = {},
  request: Partial<OperationRequest> = {},
) {
  const { plan, mechanism } = planInstance({ verb, target: 'VI_1', ...request }, examined(snapshot, around));
  const said = (level: PreflightCheck['level']): string[] =>
    plan.checks.flatMap((check) => (check.level === level ? [check.text] : []));
  return { ...plan, mechanism, warns: said('WARN'), blocks: said('BLOCK'), unknowns: said('UNKNOWN') };
}
const ALIVE = '10.0.0.2 answers ARP and advertised priority 100 5 s ago; whether its daemon runs is unknown';
const fault: Partial<InstanceSnapshot> = { state: 'fault', master: null, faults: ['interface eth0 is down'] };

describe('every verb in every state', () => {
  test.each<[Verb, string, InstanceSnapshot, string, readonly string[]]>([
    ['failover', 'master', master(), 'push', []],
    [
      'failover',
      'backup',
      instance(),
      'take-over-pinned',
      ['the master 10.0.0.2 has priority 254, ours would be 254: it would not yield'],
    ],
    ['failover', 'backup below a master of 253', instance({ master: masterOf(253) }), 'take-over-pinned', []],
    ['failover', 'backup above its master', instance({ master: masterOf(50) }), 'take-over', []],
    ['failover', 'fault', instance(fault), 'push', ['VI_1 is fault here']],
    ['failover', 'initialize', instance({ state: 'initialize', master: null }), 'push', ['VI_1 is initialize here']],
    ['failback', 'master', master(), 'none', ['VI_1 is master here already']],
    [
      'failback',
      'master in standby',
      master({ admin: 'standby' }),
      'none',
      ['VI_1 is master here already, in standby'],
    ],
    ['failback', 'backup of a lower master', instance({ master: masterOf(50) }), 'take-over', []],
    [
      'failback',
      'backup of a higher master',
      instance({ master: masterOf(200) }),
      'take-over',
      ['the master 10.0.0.2 has priority 200, ours would be 100: it would not yield'],
    ],
    [
      'failback',
      'backup of a pinned master',
      instance({ priority: priority(254) }),
      'take-over',
      ['the master 10.0.0.2 has priority 254, ours would be 254: it would not yield'],
    ],
    ['failback', 'fault', instance(fault), 'take-over', ['VI_1 is fault: interface eth0 is down']],
    [
      'failback',
      'initialize',
      instance({ state: 'initialize' }),
      'take-over',
      [
        'VI_1 is initialize: not started',
        'the master 10.0.0.2 has priority 254, ours would be 100: it would not yield',
      ],
    ],
    ['standby', 'master', master(), 'push', []],
    ['standby', 'backup', instance(), 'standby', []],
    ['standby', 'fault', instance(fault), 'standby', []],
    ['activate', 'backup', instance({ admin: 'standby' }), 'activate', []],
    ['activate', 'master', master({ admin: 'standby' }), 'activate', []],
    ['activate', 'fault', instance({ ...fault, admin: 'standby' }), 'activate', []],
    ['maintenance', 'master', master(), 'push-to-maintenance', []],
    ['maintenance', 'backup', instance(), 'maintenance', []],
    [
      'maintenance',
      'maintenance',
      instance({ state: 'initialize', admin: 'maintenance' }),
      'maintenance',
      ['VI_1 is in maintenance already'],
    ],
    ['pin', 'master', master(), 'pin', []],
    ['pin', 'fault', instance(fault), 'pin', ['VI_1 is fault here']],
    ['pin', 'backup', instance({ master: masterOf(50) }), 'take-over-pinned', []],
    ['unpin', 'active master', master(), 'activate', ['VI_1 is not pinned but active']],
    ['unpin', 'pinned master', master({ admin: 'pinned' }), 'activate', []],
    ['force-master', 'backup', instance(), 'force', []],
    ['force-master', 'fault', instance(fault), 'force', ['VI_1 is fault: interface eth0 is down']],
  ])('%s as %s', (verb, _, snapshot, mechanism, blocks) => {
    const plan = planned(verb, snapshot);
    expect({ mechanism: plan.mechanism, blocks: plan.blocks }).toEqual({ mechanism, blocks });
    expect(plan.blocked).toBe(blocks.length > 0);
    for (const { level, remedy } of plan.checks) expect(remedy === null).toBe(level === 'PASS');
  });

  test.each<[Verb, InstanceSnapshot]>([
    ['failover', master()],
    ['failover', instance({ master: masterOf(50) })],
    ['failback', instance({ master: masterOf(50) })],
    ['standby', master()],
    ['standby', instance()],
    ['activate', instance()],
  ])('%s waits for another operation', (verb, snapshot) => {
    const plan = planned(verb, snapshot, { busyWith: 'failover of VI_2' });
    expect(plan.blocks).toEqual(['failover of VI_2 is under way']);
  });
});

describe('failover from the master', () => {
  test('with a peer that lives: says what will happen, and when', () => {
    const plan = planned('failover', master());
    expect(plan).toMatchObject({
      title: 'Fail over VI_1 to 10.0.0.2 by silent push',
      command: 'hatop failover VI_1 --yes',
      // (256 − 100) / 256 of a second.
      predicted: { takeOverMs: 619, gapMs: 5 },
      warns: [ALIVE],
      tier: 2,
    });
    expect(plan.steps[0]).toBe('send advert VRID 51 priority 0 on eth0');
    expect(plan.steps.at(-1)).toBe('nobody within 4.5 s: resume adverts of priority 254, result ROLLED_BACK');
  });

  test.each<[string, Circumstances, Partial<ReturnType<typeof planned>>]>([
    [
      'nobody has been heard',
      { senders: [] },
      { unknowns: ['no other node has been heard: backups are silent'], predicted: { takeOverMs: null, gapMs: 5 } },
    ],
    [
      'the only one that was heard does not answer',
      { senders: [{ alive: false }] },
      { warns: ['10.0.0.2 advertised priority 100 5 s ago and does not answer ARP now'] },
    ],
    [
      'it has our priority',
      { senders: [{ priority: 254 }] },
      { warns: [ALIVE.replace('100', '254'), '10.0.0.2 has our priority (254)'] },
    ],
    [
      'a stranger whose adverts are discarded was heard last',
      { senders: [{ address: '10.0.0.66', priority: 250, verdict: 'auth-fail' }, {}] },
      { title: 'Fail over VI_1 to 10.0.0.2 by silent push', warns: [ALIVE] },
    ],
    [
      'only a stranger was heard',
      { senders: [{ address: '10.0.0.66', priority: 254, verdict: 'auth-fail' }] },
      {
        title: 'Fail over VI_1 by silent push',
        predicted: { takeOverMs: null, gapMs: 5 },
        warns: ['only 10.0.0.66 has been heard, and its adverts are discarded (auth-fail)'],
      },
    ],
    [
      'another advertises too',
      { rivals: [{ address: '10.0.0.3', priority: 100, kind: 'interval', cause: 'the interval differs' }] },
      { blocks: ['split brain: 10.0.0.3 advertises too (the interval differs)'] },
    ],
    [
      'another MAC answers for the address',
      { holders: ['02:00:00:00:00:09'] },
      { blocks: ['02:00:00:00:00:09 also answers ARP for 10.0.0.100/24'] },
    ],
    [
      "the operator's own SSH session comes in by the address",
      { ssh: '10.0.0.100' },
      { warns: [ALIVE, 'your own SSH session rides on 10.0.0.100: it will freeze'] },
    ],
    ["the session comes in by the node's own address", { ssh: '10.0.0.1' }, { warns: [ALIVE] }],
  ])('where %s', (_, around, expected) => {
    expect(planned('failover', master(), around)).toMatchObject(expected);
  });

  test.each<[string, Partial<InstanceSnapshot>, Partial<ReturnType<typeof planned>>]>([
    [
      'an address owner is not pushed',
      { priority: priority(255) },
      { blocks: ['VI_1 owns its address (priority 255)'] },
    ],
    ['a member of a group', { group: 'VG_1' }, { warns: [ALIVE] }],
    ['master for a moment', { since: '2025-01-01T11:59:57.000Z' }, { warns: [ALIVE, 'master for only 3 s'] }],
  ])('%s', (_, changed, expected) => {
    expect(planned('failover', master(changed))).toMatchObject(expected);
  });

  test('--immediate: the addresses go before anybody comes, and the plan says for how long', () => {
    const plan = planned('failover', master(), {}, { immediate: true });
    expect(plan).toMatchObject({ mechanism: 'push-immediate', blocks: [], predicted: { takeOverMs: 619, gapMs: 619 } });
    expect(plan.warns).toContain('clients are not served for about 619 ms');
    expect(plan.steps[1]).toBe('remove 10.0.0.100/24 from eth0 at once: nobody is served until the successor comes');
    expect(plan.steps.at(-1)).toMatch(/nobody within 4\.5 s: take 10\.0\.0\.100\/24 back, resume/);
    expect(plan.command).toBe('hatop failover VI_1 --immediate --yes');
  });

  test('the command line says the same as the request, for a shell', () => {
    const request = { leaseMs: 90_000, reason: "Ann's kernel update; $(reboot)" };
    expect(planned('failover', master(), {}, request).command).toBe(
      `hatop failover VI_1 --lease 90s --reason 'Ann'\\''s kernel update; $(reboot)' --yes`,
    );
    expect(planned('standby', instance(), {}, { leaseMs: 5_400_000 }).command).toContain('--lease 90m');
    expect(planned('standby', instance(), {}, { leaseMs: 86_400_000 }).command).toContain('--lease 1d');
  });
});

describe('taking over', () => {
  test('with what outranks the master uses it, else is pinned', () => {
    expect(planned('failover', instance({ master: masterOf(50) })).steps[0]).toContain('priority 100 on eth0');
    expect(planned('failover', instance({ master: masterOf(150) })).steps[0]).toContain(
      'priority 254 on eth0 and stay pinned there for 30m',
    );
  });

  test('with nobody to take it from says that it happens by itself', () => {
    expect(planned('failover', instance({ master: null })).warns).toEqual(['no master is heard']);
  });

  test('from a master of the same priority: nobody can promise', () => {
    const plan = planned('failback', instance({ master: masterOf(100) }));
    expect(plan.warns).toEqual(['the master 10.0.0.2 has our priority (100): it yields only to a higher address']);
  });

  test('failback counts with our own priority, not that of standby; with what is tracked', () => {
    const tracked = { base: 150, effective: 1, terms: [{ source: 'script x', value: -20 }] };
    const plan = planned('failback', instance({ admin: 'standby', priority: tracked, master: masterOf(100) }));
    expect(plan).toMatchObject({ blocked: false });
    expect(plan.steps[1]).toBe('send advert VRID 51 priority 130 on eth0: 10.0.0.2 yields to it');
  });
});

describe('activate', () => {
  const standby = (changed: Partial<InstanceSnapshot>) =>
    instance({ admin: 'standby', priority: priority(200, 1), master: masterOf(100), ...changed });

  test('warns where it will preempt, and by when', () => {
    // 3 × 1 s + (256 − 200) / 256 s
    expect(planned('activate', standby({})).warns).toEqual([
      'it outranks 10.0.0.2 and preempts: it takes over within 3.2 s',
    ]);
  });

  test.each<[string, Partial<InstanceSnapshot>]>([
    ['nopreempt', { preempt: false }],
    ['a master that is higher', { master: masterOf(250) }],
    ['no master', { master: null }],
  ])('does not with %s', (_, changed) => {
    expect(planned('activate', standby(changed)).warns).toEqual([]);
  });
});
