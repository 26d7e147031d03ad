import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runScenario } from './lan.ts';
import { parseScenario, SEPARATOR } from './parse.ts';

/**
 * Each *.txt is a conversation on a LAN of instances: above `----` what happens, below it what came of it, with every
 * timer's deadline. `UPDATE_SCENARIOS=1 npx vitest run --project unit test/scenarios` rewrites them: commit a change
 * only when you understand what caused it and want it so.
 */
const folder = fileURLToPath(new URL('.', import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith('.txt'));

describe('scenarios', () => {
  test('there are some', () => {
    expect(files.length).toBeGreaterThanOrEqual(10);
  });

  test.each(files)('%s', (file) => {
    const scenario = parseScenario(readFileSync(folder + file, 'utf8'));
    const output = runScenario(scenario);
    if (process.env.UPDATE_SCENARIOS) writeFileSync(folder + file, `${scenario.input}\n${SEPARATOR}${output}`);
    else expect(output).toBe(scenario.expected);
  });
});
