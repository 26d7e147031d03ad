// Runs one tier's tests and counts them.
//
// The privileged tiers are on real packets, and real time passes there while the machine may do other things. So a file
// of theirs that failed is run once more, alone, when all others are done; it counts as it ends then, and the summary names
// it with what failed at first. More than SECOND_RUNS_MAX such files are no accident of the machine: nothing is run again.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export const SECOND_RUNS_MAX = 5;

/** What a run of vitest reported of one file: its path, how many of its tests ended how, and the first that failed. */
function fileResults(report) {
  return report.testResults.map(({ name, status, message, assertionResults }) => {
    const count = (...wanted) => assertionResults.filter((test) => wanted.includes(test.status)).length;
    const bad = assertionResults.find((test) => test.status === 'failed');
    const unloaded = status === 'failed' && assertionResults.length === 0;
    return {
      name,
      passed: count('passed'),
      // A file that does not load, or whose hooks fail, counts as a failed test.
      failed: status === 'failed' ? Math.max(1, count('failed')) : 0,
      skipped: count('pending', 'skipped', 'todo'),
      first: bad ? `${bad.fullName}: ${firstLine(bad.failureMessages?.[0])}` : unloaded ? firstLine(message) : '',
    };
  });
}

const firstLine = (text) => (text ?? '').split('\n')[0] ?? '';

/** The files to run again: those that failed, unless they are too many. */
export function secondRun(files) {
  const failed = files.filter((file) => file.failed > 0);
  return failed.length <= SECOND_RUNS_MAX ? failed : [];
}

/** The tier's counts, with the second run's results in the place of the first's. */
export function total(first, second) {
  const files = first.map((file) => second.find(({ name }) => name === file.name) ?? file);
  const sum = (key) => files.reduce((n, file) => n + file[key], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

/**
 * @param run runs the tier's tests, all or only of some files: (files, tries) => the report of vitest, and its exit code
 * @param again whether a file that failed may be run a second time
 */
export function judgeTier(run, again) {
  const { report, status } = run([], 1);
  if (!report) return { passed: 0, failed: 1, skipped: 0, again: [] };
  const files = fileResults(report);
  const repeated = again ? secondRun(files) : [];
  const second =
    repeated.length > 0
      ? run(
          repeated.map((file) => file.name),
          2,
        )
      : undefined;
  const counts = total(files, second?.report ? fileResults(second.report) : []);
  // A run that ends badly with no failed test (an error outside any test) failed all the same.
  const ended = (second ?? { status }).status;
  const failed = counts.failed === 0 && ended !== 0 ? 1 : counts.failed;
  return { ...counts, failed, again: repeated };
}

/** Runs vitest for a tier; its report is a file in `folder`. `env` is what its processes have besides ours. */
export function vitestOf(tier, folder, env) {
  return (files, nth) => {
    const outputFile = join(folder, `${tier}-${nth}.json`);
    const argv = ['node_modules/vitest/vitest.mjs', 'run', '--project', tier, '--reporter=default', '--reporter=json'];
    const some = files.length > 0 ? ['--maxWorkers=1', ...files.map((name) => relative(process.cwd(), name))] : [];
    const run = spawnSync(process.execPath, [...argv, `--outputFile.json=${outputFile}`, ...some], {
      stdio: 'inherit',
      env: { ...process.env, ...env },
    });
    const report = existsSync(outputFile) ? JSON.parse(readFileSync(outputFile, 'utf8')) : undefined;
    return { report, status: run.status };
  };
}
