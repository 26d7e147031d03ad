/** What a plan says of a linked successor, and whom a push may be aimed at. */
import { describe, expect, test } from 'vitest';
import type { InstanceSnapshot, Snapshot } from '../../src/control/snapshot.ts';
import { aimAt } from '../../src/engine/operations/aim.ts';
import { linkedChecks, type OwnSide } from '../../src/engine/operations/linked-checks.ts';
import { type Examined, preflight } from '../../src/engine/operations/preflight.ts';
import { type PeerView, sameRouter, withLinked } from '../../src/engine/peers/peer-view.ts';
import { examined, instance, master, priority, realServer, service, weighing } from './snapshots.ts';

const OURS = '10.0.0.1';
const own = master({ sourceAddress: OURS });
const hearsUs = { address: OURS, priority: 254, lastAdvertAgoMs: 300 };
const theirs = (changed: Partial<InstanceSnapshot> = {}): InstanceSnapshot =>
  instance({ sourceAddress: '10.0.0.3', master: hearsUs, ...changed });
const services = [service([realServer('10.0.0.11'), realServer('10.0.0.12')])];
const engine = { version: '1.0', pid: 1, startedAt: '', mode: 'linux', config: '' } as const;
const side: OwnSide = { services, dataPlane: 'ipvs', engine };

function peer(changed: Partial<InstanceSnapshot> = {}, whole: Partial<Snapshot> = {}, ahead = 0): PeerView {
  const snapshot = {
    host: 'gamma',
    engine,
    dataPlane: 'ipvs',
    services,
    operations: [],
    ...whole,
  } as unknown as Snapshot;
  return { name: 'n3', instance: theirs(changed), snapshot, reason: '', clockAheadMs: ahead };
}
const lines = (view: PeerView, ours: OwnSide = side): string[] =>
  linkedChecks(view, own, ours).map(({ level, text }) => `${level} ${text}`);

describe('a linked successor', () => {
  test('that is as this node is passes in every line', () => {
    expect(lines(peer())).toEqual([
      'PASS n3 has the same virtual addresses',
      'PASS n3 has the same table of real servers',
      'PASS the checks of n3 see every server up that is up here',
      'PASS the clock of n3 agrees within 2 s',
      'PASS n3 runs the same hatop 1.0',
    ]);
  });

  const address = (...all: string[]) =>
    all.map((one) => ({ address: `${one}/24`, interface: 'eth0', present: false as const }));
  const table = (...servers: ReturnType<typeof realServer>[]): Partial<Snapshot> => ({ services: [service(servers)] });
  const other = realServer('10.0.0.12');
  test.each<[string, PeerView, string]>([
    [
      'lacks an address',
      peer({ virtualAddresses: address('10.0.0.101') }),
      'BLOCK n3 would not take over 10.0.0.100/24: it is not in its configuration',
    ],
    [
      'has an address more',
      peer({ virtualAddresses: address('10.0.0.100', '10.0.0.101') }),
      'WARN n3 has 10.0.0.101/24 too, which is not here',
    ],
    [
      'has other timers',
      peer({ version: 3, adverIntervalMs: 100 }),
      'WARN n3 has VRRP version 3, here 2; adver interval 100 ms, here 1000 ms',
    ],
    [
      'has no data plane',
      peer({}, { dataPlane: 'none', dataPlaneReason: 'no ip_vs' }),
      'WARN n3 has no data plane: no ip_vs; clients of the services would be refused',
    ],
    ['lacks a service', peer({}, { services: [] }), 'WARN the real servers of n3 differ: no service 10.0.0.100:80/tcp'],
    [
      'lacks a server',
      peer({}, table(realServer('10.0.0.11'))),
      'WARN the real servers of n3 differ: no 10.0.0.12:80 in 10.0.0.100:80/tcp',
    ],
    [
      'has a server more',
      peer({}, table(realServer('10.0.0.11'), other, realServer('10.0.0.13'))),
      'WARN the real servers of n3 differ: 10.0.0.13:80 in 10.0.0.100:80/tcp too',
    ],
    [
      'has another weight',
      peer({}, table(realServer('10.0.0.11', { weight: weighing(1) }), other)),
      'WARN the real servers of n3 differ: 10.0.0.11:80 has weight 1, here 3',
    ],
    [
      'drains what serves here',
      peer({}, table(realServer('10.0.0.11', { admin: 'drain' }), other)),
      'WARN the real servers of n3 differ: 10.0.0.11:80 is drain, here enabled',
    ],
    [
      'does not reach a server',
      peer({}, table(realServer('10.0.0.11', { health: 'down', reason: 'connect: timeout' }), other)),
      'WARN n3 sees 10.0.0.11:80 of 10.0.0.100:80/tcp down (connect: timeout)',
    ],
    ['has another time', peer({}, {}, -61_000), 'WARN the clock of n3 is 61 s behind: leases and journals disagree'],
    [
      'runs another hatop',
      peer({}, { engine: { ...engine, version: '0.9' } }),
      'WARN n3 runs hatop 0.9, this node 1.0',
    ],
  ])('that %s is told of', (_, view, line) => {
    expect(lines(view)).toContain(line);
  });

  test('without services on either side has no line on them', () => {
    const none = { ...side, services: [] };
    expect(lines(peer({}, { services: [] }), none).join()).not.toMatch(/real servers|checks/);
  });
});

describe('a plain push, for whoever comes', () => {
  const words = 'n3 (10.0.0.3) is linked: backup and healthy, priority 100';
  test.each<[string, InstanceSnapshot['master'], string]>([
    ['hears this node', hearsUs, `PASS ${words}, hears 10.0.0.1`],
    [
      'hears another',
      { ...hearsUs, address: '10.0.0.7' },
      `WARN ${words}, but it does not hear this node: it hears 10.0.0.7`,
    ],
    ['hears nobody', null, `WARN ${words}, but it does not hear this node: it hears nobody`],
  ])('says of a linked backup whether it %s', (_, heard, line) => {
    const around = examined(own, { senders: [] });
    const peers = [peer({ master: heard, priority: priority(100) })];
    const checks = preflight({ ...around, evidence: withLinked(around.evidence, peers), peers, own: side });
    expect(checks.map(({ level, text }) => `${level} ${text}`)).toContain(line);
    expect(checks.filter(({ level }) => level === 'WARN').every(({ remedy }) => remedy)).toBe(true);
  });
});

describe('whom a push is aimed at', () => {
  const aim = (view: PeerView, to = 'n3', around: Parameters<typeof examined>[1] = { senders: [] }) =>
    aimAt(to, { ...examined(own, around), peers: [view], own: side } satisfies Examined);

  test.each(['n3', 'gamma', '10.0.0.3'])('a linked one, as %s', (to) => {
    expect(
      aim(peer({ priority: { base: 100, effective: 80, terms: [{ source: 'chk', value: -20 }] } }), to),
    ).toMatchObject({
      address: '10.0.0.3',
      priority: 254,
      peer: { name: 'n3' },
      check: {
        level: 'PASS',
        text: 'n3 (10.0.0.3) is linked: backup and healthy, priority 80 (chk -20), hears 10.0.0.1',
      },
    });
  });

  test.each<[string, PeerView, string]>([
    ['in fault', peer({ state: 'fault', faults: ['chk failed'] }), 'n3 is in fault: chk failed: it cannot take over'],
    ['that is master too', peer({ state: 'master' }), 'n3 is master: it cannot take over'],
    [
      'that hears another',
      peer({ master: { ...hearsUs, address: '10.0.0.7' } }),
      'n3 does not hear this node, but 10.0.0.7',
    ],
    ['that hears nobody', peer({ master: null }), 'n3 does not hear this node, but nobody'],
    ['without this router', { ...peer(), instance: undefined }, 'n3 has no virtual router of VRID 51'],
    [
      'that is at work',
      peer(
        {},
        { operations: [{ id: '1', verb: 'reload', target: 'x', by: '', startedAt: '', step: '', result: null }] },
      ),
      'reload of x is under way on n3',
    ],
  ])('not at one %s', (_, view, text) => {
    expect(aim(view)).toMatchObject({ peer: undefined, check: { level: 'BLOCK', text } });
  });

  test('not past another of priority 254', () => {
    const rival = { senders: [{ address: '10.0.0.9', priority: 254 }] };
    expect(aim(peer(), 'n3', rival).check).toMatchObject({
      level: 'BLOCK',
      text: '10.0.0.9 has priority 254 and may come first',
    });
  });

  const cut: PeerView = { ...peer(), snapshot: undefined, reason: 'no route' };
  test('at one whose link is down when it is the highest that was heard', () => {
    const heard = {
      senders: [
        { address: '10.0.0.3', priority: 100 },
        { address: '10.0.0.4', priority: 50 },
      ],
    };
    const text =
      '10.0.0.3 is the highest backup that was heard and answers ARP; whether its daemon runs is unknown (no link to n3: no route)';
    expect(aim(cut, 'n3', heard)).toMatchObject({
      address: '10.0.0.3',
      peer: undefined,
      priority: 100,
      check: { level: 'WARN', text },
    });
  });

  test('not when another comes first, or might', () => {
    const first = (other: number) =>
      aim(cut, 'n3', {
        senders: [
          { address: '10.0.0.3', priority: 50 },
          { address: '10.0.0.4', priority: other },
        ],
      });
    const text =
      '10.0.0.3 (priority 50) is not the highest backup: 10.0.0.4 (priority 100) comes first; no link to n3: no route';
    expect(first(100).check).toMatchObject({ level: 'BLOCK', text });
    expect([first(50).check.level, first(0).check.level, first(49).check.level]).toEqual(['BLOCK', 'BLOCK', 'WARN']);
  });
});

test('linked backups that are ready stand before those that merely spoke, the highest priority first', () => {
  const { evidence } = examined(own, {
    senders: [
      { address: '10.0.0.3', priority: 0 },
      { address: '10.0.0.8', priority: 200, alive: false },
      { address: '10.0.0.9', priority: 120 },
    ],
  });
  const at = (name: string, sourceAddress: string, value: number, faults: string[] = []): PeerView => ({
    ...peer({ sourceAddress, priority: priority(value), faults }),
    name,
  });
  const peers = [at('n3', '10.0.0.3', 50), at('n4', '10.0.0.4', 100), at('n5', '10.0.0.5', 240, ['chk failed'])];
  expect(withLinked(evidence, peers).senders.map(({ address, peer }) => [address, peer])).toEqual([
    ['10.0.0.9', undefined],
    ['10.0.0.4', 'n4'],
    ['10.0.0.3', 'n3'],
    ['10.0.0.8', undefined],
  ]);
});

test('the same router is found by VRID and family, and by name where those are not enough', () => {
  const all = [instance({ name: 'A' }), instance({ name: 'B', family: 6 }), instance({ name: 'C', vrid: 9 })];
  expect(sameRouter(all, { name: 'X', vrid: 51, family: 4 })?.name).toBe('A');
  expect(sameRouter([...all, instance({ name: 'D' })], { name: 'D', vrid: 51, family: 4 })?.name).toBe('D');
  expect(sameRouter([...all, instance({ name: 'D' })], { name: 'X', vrid: 51, family: 4 })).toBeUndefined();
});
