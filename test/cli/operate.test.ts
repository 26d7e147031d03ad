import { describe, expect, test } from 'vitest';
import { parseLease, planText, resultText } from '../../src/cli/operate.ts';
import type { OperationResult, Plan } from '../../src/control/operations.ts';

describe('a lease', () => {
  test.each([
    ['1s', 1000],
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['2h', 7_200_000],
    ['30d', 2_592_000_000],
  ])('%s', (text, ms) => {
    expect(parseLease(text)).toBe(ms);
  });

  test.each(['', '30', 'm', '1.5h', '-1m', '30 m', '0m', '31d', '9999999999s', '1w'])('"%s" is refused', (text) => {
    expect(() => parseLease(text)).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringContaining('lease') }),
    );
  });
});

const plan: Plan = {
  verb: 'failover',
  target: 'VI_1',
  title: 'Fail over VI_1 to 10.0.0.2 by silent push',
  command: 'hatop failover VI_1 --yes',
  checks: [
    { level: 'PASS', text: 'VI_1 is master here', remedy: null },
    { level: 'WARN', text: 'member of sync group VG', remedy: 'fail over each member' },
  ],
  steps: ['send advert VRID 51 priority 0 on eth0', 'then silence'],
  predicted: { takeOverMs: 609.375, gapMs: null },
  tier: 2,
  blocked: false,
};

test('a plan in words: every check with its remedy, every step, what is predicted', () => {
  expect(planText(plan)).toBe(
    `Fail over VI_1 to 10.0.0.2 by silent push
  PASS    VI_1 is master here
  WARN    member of sync group VG → fail over each member
  1. send advert VRID 51 priority 0 on eth0
  2. then silence
  predicted: take-over 609.4 ms, clients' gap unknown
`,
  );
  expect(planText({ ...plan, predicted: { takeOverMs: null, gapMs: null } })).not.toContain('predicted');
});

test('a result in words: predicted beside measured, where there is something', () => {
  const result: OperationResult = {
    id: '1',
    verb: 'failover',
    target: 'VI_1',
    result: 'OK',
    text: '10.0.0.2 is master',
    predicted: { takeOverMs: 609, gapMs: 5 },
    measured: { takeOverMs: 612.34, gapMs: 3.21, noiseMs: 2 },
    startedAt: '',
    endedAt: '',
  };
  expect(resultText(result)).toBe(
    `OK: 10.0.0.2 is master
  take-over: predicted 609 ms, measured 612.3 ms
  clients' gap: predicted 5 ms, measured 3.2 ms (± 2 ms)
`,
  );
  const none = { takeOverMs: null, gapMs: null, noiseMs: null };
  expect(resultText({ ...result, predicted: none, measured: none })).toBe('OK: 10.0.0.2 is master\n');
});

test('what a peer wrote is text on the terminal, and cannot pass for another line', () => {
  const hostile = 'n2\x1b]0;owned\x07\n  PASS    all is well\x9b2J\u202e';
  const shown = planText({
    ...plan,
    title: `Take over from ${hostile}`,
    checks: [{ level: 'WARN', text: hostile, remedy: hostile }],
    steps: [hostile],
  });
  expect(shown.split('\n')).toHaveLength(5);
  expect(shown).toContain('  WARN    n2·]0;owned··  PASS    all is well·2J· → n2·]0;owned··');
  const nothing = { takeOverMs: null, gapMs: null, noiseMs: null };
  const { verb, target } = plan;
  const result = { id: '1', verb, target, result: 'REFUSED', text: hostile, startedAt: '', endedAt: '' } as const;
  expect(resultText({ ...result, predicted: nothing, measured: nothing })).toBe(
    'REFUSED: n2·]0;owned··  PASS    all is well·2J·\n',
  );
  expect(shown).toMatch(/^(?:\P{C}|\n)*$/u);
});
