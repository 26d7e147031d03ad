/** What README and manual say is tried here: examples parse, commands exist, links lead somewhere. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { err, ok } from '../../src/base/result.ts';
import { createProgram } from '../../src/cli/program.ts';
import { loadConfiguration } from '../../src/conf/load.ts';

const ROOT = join(import.meta.dirname, '../..');
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const blocks = (language: string): string[] =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map((match) => match[1] ?? '');

describe('README', () => {
  test('its configuration has no error and no warning but for the script of another machine', () => {
    const [text] = blocks('keepalived');
    const { configuration, diagnostics } = loadConfiguration('keepalived.conf', () => (text ? ok(text) : err('none')));
    expect(diagnostics.map(({ message }) => message)).toEqual([]);
    expect(configuration.instances).toHaveLength(1);
    expect(configuration.virtualServers[0]?.realServers).toHaveLength(2);
  });

  const commands = blocks('sh')
    .flatMap((block) => block.split('\n'))
    .map((line) => line.replace(/\s*#.*$/, ''))
    .filter((line) => line.startsWith('hatop '))
    .map((line) => line.split(/\s+/).slice(1));

  test('has commands to try', () => expect(commands.length).toBeGreaterThan(8));

  test.each(commands)('hatop %s %s is a command with these options', (...words) => {
    const parsed: string[] = [];
    const program = createProgram();
    const listen = (command: ReturnType<typeof createProgram>): void => {
      command.exitOverride().configureOutput({ writeErr: () => {} });
      if (command.commands.length === 0) command.action(() => void parsed.push(command.name()));
      for (const sub of command.commands) listen(sub);
    };
    listen(program);
    program.parse(words, { from: 'user' });
    expect(parsed).toHaveLength(1);
  });

  test('its links lead to files that are there', () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map((match) => match[1] ?? '');
    expect(links.filter((link) => !existsSync(join(ROOT, link)))).toEqual([]);
  });

  test("its two commands are the package's", () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['start', 'test:all']));
  });
});
