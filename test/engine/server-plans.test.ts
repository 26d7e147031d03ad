import { describe, expect, test } from 'vitest';
import type { OperationRequest } from '../../src/control/operations.ts';
import type { RealServerSnapshot, ServiceSnapshot } from '../../src/control/snapshot.ts';
import { parseWeight, planServer } from '../../src/engine/operations/server-plans.ts';
import { findServers } from '../../src/engine/targets.ts';
import { realServer, service, weighing } from './snapshots.ts';

const SORRY = { address: '10.0.0.9', port: 80, active: false };
const draining: Partial<RealServerSnapshot> = { admin: 'drain', weight: weighing(0, 3) };
const down: Partial<RealServerSnapshot> = { health: 'down', weight: weighing(0, 3) };

/** The plan for server 10.0.0.1 in `services`, checks as `LEVEL text`. */
function planned(services: ServiceSnapshot[], request: Partial<OperationRequest>) {
  const full: OperationRequest = { verb: 'drain', target: '10.0.0.1', ...request };
  const { plan, changes } = planServer(full, findServers(services, full.target, full.service), () => null);
  return { ...plan, changes, checks: plan.checks.map(({ level, text }) => `${level} ${text}`) };
}

describe('a weight', () => {
  const target = findServers([service([realServer('10.0.0.1', { weight: weighing(7, 3) })])], '10.0.0.1')[0]!;
  test.each([
    ['5', null, 5],
    ['0', null, 0],
    ['65535', null, 65535],
    ['=', 9, null],
    ['50%', 9, 2],
    ['0%', null, 0],
    // Never 0 by rounding: that would be a drain.
    ['1%', null, 1],
    ['+10', null, 13],
    ['+10', 9, 19],
    ['-1', 9, 8],
    ['-3', null, 0],
  ])('%s with %s in force is %s', (value, override, expected) => {
    expect(parseWeight(value, target, override)).toBe(expected);
  });

  test.each(['', 'much', '3.5', '+', '+50%', '1e3', '-4', '65536', '999999', '0x10', ' 3'])(
    '"%s" is refused',
    (value) => {
      expect(() => parseWeight(value, target, null)).toThrow(expect.objectContaining({ exitCode: 2 }));
    },
  );
});

describe('the plan of a drain', () => {
  test('names what stays and every step', () => {
    const plan = planned([service([realServer('10.0.0.1'), realServer('10.0.0.2', { weight: weighing(1) })])], {});
    expect(plan).toMatchObject({
      title: 'Drain 10.0.0.1:80 in 1 service',
      command: 'hatop drain 10.0.0.1 --yes',
      checks: ['PASS 10.0.0.100:80/tcp: 1 server of weight 1 stay'],
      tier: 1,
      blocked: false,
    });
    expect(plan.steps[1]).toBe('10.0.0.100:80/tcp: weight of 10.0.0.1:80 3 → 0');
  });

  test.each<[string, RealServerSnapshot[]]>([
    ['the only server', [realServer('10.0.0.1')]],
    ['the other one drains', [realServer('10.0.0.1'), realServer('10.0.0.2', draining)]],
    ['the other one is down', [realServer('10.0.0.1'), realServer('10.0.0.2', down)]],
    [
      'the other one is a port of the same host, which leaves too',
      [realServer('10.0.0.1'), realServer('10.0.0.1', { port: 81 })],
    ],
  ])('is blocked where it is the last server: %s', (_, servers) => {
    const plan = planned([service(servers)], {});
    expect(plan.blocked).toBe(true);
    expect(plan.checks[0]).toBe(
      'BLOCK 10.0.0.1:80 is the last server of 10.0.0.100:80/tcp: new clients would be refused',
    );
  });

  test('of the last server before a sorry server warns', () => {
    const plan = planned([service([realServer('10.0.0.1')], { sorry: SORRY })], {});
    expect(plan).toMatchObject({ blocked: false, tier: 2 });
    expect(plan.checks).toEqual([
      'WARN 10.0.0.1:80 is the last server of 10.0.0.100:80/tcp: the sorry server 10.0.0.9:80 answers from then on',
    ]);
  });

  test('is blocked as a whole by one service where it is the last', () => {
    const two = service([realServer('10.0.0.1'), realServer('10.0.0.2')]);
    const one = service([realServer('10.0.0.1')], { port: 81 });
    expect(planned([two, one], {}).blocked).toBe(true);
    expect(planned([two, one], { service: '10.0.0.100:80/tcp' }).blocked).toBe(false);
  });

  test('warns below the quorum, and says who answers then', () => {
    const servers = [realServer('10.0.0.1'), realServer('10.0.0.2', { weight: weighing(1) })];
    const quorum = { needed: 2, alive: 4, up: true };
    expect(planned([service(servers, { quorum })], {}).checks[1]).toBe(
      'WARN 10.0.0.100:80/tcp: weight 1 is below its quorum of 2',
    );
    expect(planned([service(servers, { quorum, sorry: SORRY })], {}).checks[1]).toBe(
      'WARN 10.0.0.100:80/tcp: weight 1 is below its quorum of 2: the sorry server 10.0.0.9:80 answers instead of all of them',
    );
    expect(planned([service(servers, { quorum: { ...quorum, needed: 1 } })], {}).checks).toHaveLength(1);
  });

  test('is blocked where it drains everywhere already, not where it still serves somewhere', () => {
    const other = realServer('10.0.0.2');
    const done = service([realServer('10.0.0.1', draining), other]);
    expect(planned([done], {}).checks).toEqual(['BLOCK 10.0.0.1:80 drains already in 10.0.0.100:80/tcp']);
    expect(planned([done, service([realServer('10.0.0.1'), other], { port: 81 })], {}).blocked).toBe(false);
  });

  test('--hard is refused until it is there', () => {
    const plan = planned([service([realServer('10.0.0.1'), realServer('10.0.0.2')])], { hard: true });
    expect(plan.checks).toEqual(['BLOCK --hard is not there yet']);
  });
});

test('enable takes nothing away, and is blocked where nothing is to be enabled', () => {
  const other = realServer('10.0.0.2');
  const plan = planned([service([realServer('10.0.0.1', draining), other])], { verb: 'enable' });
  expect(plan.checks).toEqual(['PASS 10.0.0.100:80/tcp: no server leaves']);
  expect(plan.steps[1]).toBe('10.0.0.100:80/tcp: weight of 10.0.0.1:80 0 → 3');
  expect(planned([service([realServer('10.0.0.1'), other])], { verb: 'enable' }).checks).toEqual([
    'BLOCK 10.0.0.1:80 is enabled in 10.0.0.100:80/tcp',
  ]);
});

test('a weight of 0 is guarded like a drain, another is not', () => {
  const alone = [service([realServer('10.0.0.1')])];
  expect(planned(alone, { verb: 'weight', value: '0' }).blocked).toBe(true);
  expect(planned(alone, { verb: 'weight', value: '1' }).blocked).toBe(false);
  expect(planned(alone, { verb: 'weight', value: '=', service: '10.0.0.100:80/tcp' }).command).toBe(
    'hatop weight 10.0.0.1 = --service 10.0.0.100:80/tcp --yes',
  );
});

test('a lower weight that takes the service below its quorum warns; a higher one and one that suffices do not', () => {
  const servers = [realServer('10.0.0.1'), realServer('10.0.0.2', { weight: weighing(1) })];
  const below = [service(servers, { quorum: { needed: 3, alive: 4, up: true } })];
  const stays = 'PASS 10.0.0.100:80/tcp: no server leaves';
  const plan = planned(below, { verb: 'weight', value: '1' });
  expect(plan.checks).toEqual([stays, 'WARN 10.0.0.100:80/tcp: weight 2 is below its quorum of 3']);
  expect(plan.tier).toBe(2);
  expect(planned(below, { verb: 'weight', value: '2' }).checks).toEqual([stays]);
  const short = [service(servers, { quorum: { needed: 9, alive: 4, up: false } })];
  expect(planned(short, { verb: 'weight', value: '5' }).checks).toEqual([stays]);
});
