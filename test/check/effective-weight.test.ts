import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { besideSorryServer, effectiveWeight, liveWeight, type WeightInputs } from '../../src/check/effective-weight.ts';

const up = { inService: true, reason: 'HTTP 200 at /ping, 12 ms' };
const down = { inService: false, reason: 'connection refused' };
const server = (inputs: Partial<WeightInputs>) =>
  effectiveWeight({ configured: 4, admin: 'enabled', health: up, inhibitOnFailure: false, ...inputs });

describe('each rule with its words', () => {
  const table: [string, Partial<WeightInputs>, number | 'absent', string][] = [
    ['enabled', {}, 4, 'as configured'],
    ['configured 0', { configured: 0 }, 0, 'as configured'],
    ['override', { override: 7 }, 7, 'set by the operator (configured 4)'],
    ['override 0', { override: 0 }, 0, 'set by the operator (configured 4)'],
    ['override of a configured 0', { configured: 0, override: 2 }, 2, 'set by the operator (configured 0)'],
    ['drain', { admin: 'drain' }, 0, 'drained by the operator'],
    ['drain-hard', { admin: 'drain-hard', override: 9 }, 0, 'drained by the operator'],
    ['going offline', { admin: 'offline', drained: false }, 0, 'going offline, connections are ending'],
    ['offline', { admin: 'offline' }, 'absent', 'taken offline by the operator'],
    [
      'offline with inhibit',
      { admin: 'offline', inhibitOnFailure: true, health: down },
      'absent',
      'taken offline by the operator',
    ],
    ['down', { health: down }, 'absent', 'out of service: connection refused'],
    ['down with inhibit', { health: down, inhibitOnFailure: true }, 0, 'out of service: connection refused'],
    ['down, override', { health: down, override: 9 }, 'absent', 'out of service: connection refused'],
    [
      'down and drained',
      { health: down, admin: 'drain' },
      'absent',
      'out of service: connection refused, and drained by the operator',
    ],
    ['ramp', { ramp: 0.5 }, 2, '50 % of 4, ramping up'],
    ['the first step of a ramp', { ramp: 0.01 }, 1, '1 % of 4, ramping up'],
    ['ramp of a configured 0', { configured: 0, ramp: 0.5 }, 0, 'as configured'],
    ['more than the kernel has', { configured: 100_000 }, 65_535, 'as configured, limited to 65535'],
  ];
  test.each(table)('%s', (_, inputs, weight, why) => {
    expect(server(inputs)).toEqual({ weight, why });
  });
});

test('for all inputs: drained never schedules, down never schedules, in service is at least 1 unless somebody said 0', () => {
  const inputs = fc.record({
    configured: fc.nat(70_000),
    admin: fc.constantFrom('enabled', 'drain', 'drain-hard', 'offline') as fc.Arbitrary<WeightInputs['admin']>,
    override: fc.option(fc.nat(300), { nil: undefined }),
    health: fc.constantFrom(up, down),
    inhibitOnFailure: fc.boolean(),
    ramp: fc.option(fc.double({ min: 0.001, max: 1, noNaN: true }), { nil: undefined }),
    drained: fc.option(fc.boolean(), { nil: undefined }),
  });
  fc.assert(
    fc.property(inputs, (given) => {
      const { weight, why } = effectiveWeight(given);
      const willing = given.admin === 'enabled' && given.health.inService && (given.override ?? given.configured) > 0;
      if (willing) expect(weight).toSatisfy((w) => Number.isInteger(w) && w >= 1 && w <= 65_535);
      else expect(['absent', 0]).toContain(weight);
      expect(why).not.toBe('');
    }),
  );
});

test('while the sorry server answers, only what takes no new connections stays', () => {
  expect(besideSorryServer(server({}))).toEqual({ weight: 'absent', why: 'quorum lost, the sorry server answers' });
  expect(besideSorryServer(server({ admin: 'drain' })).weight).toBe(0);
  expect(besideSorryServer(server({ health: down, inhibitOnFailure: true })).weight).toBe(0);
  expect(besideSorryServer(server({ health: down })).weight).toBe('absent');
});

test('what a server adds to the quorum', () => {
  expect([server({}), server({ health: down }), server({ admin: 'drain' })].map(liveWeight)).toEqual([4, 0, 0]);
});
