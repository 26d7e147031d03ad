import { describe, expect, test } from 'vitest';
import { judgeTier, SECOND_RUNS_MAX } from '../../scripts/run-tier.mjs';

type Outcome = 'passed' | 'failed' | 'skipped';
type Run = (files: string[], nth: number) => { report: unknown; status: number };

const file = (name: string, outcomes: Outcome[], status = outcomes.includes('failed') ? 'failed' : 'passed') => ({
  name,
  status,
  message: 'it does not load\nat line 1',
  assertionResults: outcomes.map((outcome, i) => ({
    status: outcome,
    fullName: `${name} ${i}`,
    failureMessages: outcome === 'failed' ? ['too late\nat line 1'] : [],
  })),
});
const report = (...files: ReturnType<typeof file>[]) => ({
  report: { testResults: files },
  status: files.some(({ status }) => status === 'failed') ? 1 : 0,
});
/** A tier whose first and second run end like this; `asked` is what each was to run. */
function tier(first: ReturnType<Run>, second: ReturnType<Run> = report(), again = true) {
  const asked: string[][] = [];
  const run: Run = (files, nth) => {
    asked.push(files);
    return nth === 1 ? first : second;
  };
  return { result: judgeTier(run, again), asked };
}

describe('a tier is run, and what failed of it once more', () => {
  test('counts what passed, failed and was skipped', () => {
    const { result, asked } = tier(report(file('a', ['passed', 'passed']), file('b', ['skipped'])));
    expect(result).toEqual({ passed: 2, failed: 0, skipped: 1, again: [] });
    expect(asked).toEqual([[]]);
  });

  test('a file that failed is run again, alone; it counts as it ends then, and is named with what failed at first', () => {
    const { result, asked } = tier(
      report(file('a', ['passed']), file('b', ['passed', 'failed'])),
      report(file('b', ['passed', 'passed'])),
    );
    expect(asked).toEqual([[], ['b']]);
    expect(result).toMatchObject({ passed: 3, failed: 0 });
    expect(result.again).toMatchObject([{ name: 'b', first: 'b 1: too late' }]);
  });

  test('what fails twice has failed', () => {
    const twice = report(file('b', ['passed', 'failed']));
    expect(tier(twice, twice).result).toMatchObject({ passed: 1, failed: 1 });
  });

  test('a file that does not load is a failed test, and may load the second time', () => {
    const unloaded = report(file('b', [], 'failed'));
    expect(tier(unloaded, unloaded).result).toMatchObject({ failed: 1, again: [{ first: 'it does not load' }] });
    expect(tier(unloaded, report(file('b', ['passed']))).result).toMatchObject({ passed: 1, failed: 0 });
  });

  test('too many failed files are no accident: nothing is run again', () => {
    const names = Array.from({ length: SECOND_RUNS_MAX + 1 }, (_, i) => `f${i}`);
    const { result, asked } = tier(report(...names.map((name) => file(name, ['failed']))));
    expect(asked).toEqual([[]]);
    expect(result).toMatchObject({ failed: names.length, again: [] });
  });

  test('the unit tier has no second run', () => {
    const { result, asked } = tier(report(file('a', ['failed'])), report(file('a', ['passed'])), false);
    expect(asked).toEqual([[]]);
    expect(result).toMatchObject({ failed: 1 });
  });

  test('a run that ends badly without a failed test, or without a report, has failed', () => {
    expect(tier({ ...report(file('a', ['passed'])), status: 1 }).result).toMatchObject({ passed: 1, failed: 1 });
    expect(tier({ report: undefined, status: 137 }).result).toMatchObject({ passed: 0, failed: 1 });
    const bad = report(file('a', ['failed']));
    expect(tier(bad, { report: undefined, status: 137 }).result).toMatchObject({ failed: 1 });
  });
});
