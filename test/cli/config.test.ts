import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configCheck } from '../../src/cli/config.ts';
import { listFiles, statScript } from '../../src/daemon/config-files.ts';
import { instance } from '../conf/load.ts';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'hatop-config-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function file(name: string, text: string | Uint8Array, mode = 0o644): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

function check(path: string, json = false) {
  const out: string[] = [];
  const errOut: string[] = [];
  const status = configCheck(
    path,
    { json },
    (text) => void out.push(text),
    (text) => void errOut.push(text),
  );
  return { status, out: out.join(''), errOut: errOut.join('') };
}

describe('hatop config check', () => {
  test('0 and one line for a clean file', () => {
    const path = file('clean.conf', instance());
    const verdict = `${path}: clean (1 instance, 0 virtual servers, 0 real servers)\n`;
    expect(check(path)).toEqual({ status: 0, out: verdict, errOut: '' });
  });

  test('1 for warnings, 2 for errors', () => {
    const warned = check(file('warn.conf', instance('    state SLAVE')));
    expect(warned.status).toBe(1);
    expect(warned.out).toContain('warn.conf:2:11: warning: unknown state `SLAVE`');
    expect(warned.out).toContain('0 errors, 1 warning (');
    expect(check(file('error.conf', instance().replace('51', '0'))).status).toBe(2);
  });

  test('infos do not count', () => {
    expect(check(file('info.conf', `vrrp_script a {\n script true\n}\n${instance()}`)).status).toBe(0);
  });

  test('--json is one object', () => {
    const { status, out } = check(file('json.conf', instance('    state SLAVE')), true);
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      errors: 0,
      warnings: 1,
      found: { instances: 1 },
      diagnostics: [{ code: 'bad-value', severity: 'warning', line: 2, column: 11 }],
    });
  });

  test('2 and a reason for what cannot be read', () => {
    const missing = check(join(directory, 'missing.conf'));
    expect(missing).toMatchObject({ status: 2, out: '' });
    expect(missing.errOut).toMatch(/missing\.conf` does not exist\n$/);
    expect(check(directory).errOut).toContain('is a directory');
    expect(check(file('binary.conf', Uint8Array.of(0x7f, 0x45, 0, 0))).errOut).toContain('is not a text file');
    expect(check('/dev/zero').errOut).toContain('is not a regular file');
  });

  test('included files and scripts are found on the disk', () => {
    mkdirSync(join(directory, 'd'), { recursive: true });
    file('d/a.conf', instance('    track_script {\n chk\n }\n    fal 1'));
    const script = file('check.sh', '#!/bin/sh\nkillall keepalived\n', 0o757);
    const main = file('main.conf', `vrrp_script chk {\n    script ${script}\n}\ninclude d/*.conf\n`);
    const { status, out } = check(main);
    expect(status).toBe(1);
    expect(out).toContain('main.conf:2:12: warning: the check script stops keepalived itself');
    expect(out).toMatch(/main\.conf:2:12: warning: .*check\.sh` can be changed by .*others.*, and runs as root/);
    expect(out).toMatch(/d\/a\.conf:5:5: warning: unknown keyword `fal`/);
  });
});

test('patterns: stars, question marks and sets, in any part of the path, sorted', () => {
  mkdirSync(join(directory, 'x1'), { recursive: true });
  mkdirSync(join(directory, 'x2'), { recursive: true });
  for (const name of ['x1/b.conf', 'x1/a.conf', 'x2/c.conf', 'x2/c.txt', 'x2/.hidden.conf']) file(name, '');
  const found = (pattern: string): string[] =>
    listFiles(join(directory, pattern)).map((path) => path.slice(directory.length + 1));
  expect(found('x?/*.conf')).toEqual(['x1/a.conf', 'x1/b.conf', 'x2/c.conf']);
  expect(found('x[!1]/*.conf')).toEqual(['x2/c.conf']);
  expect(found('x[12]/[a-b].conf')).toEqual(['x1/a.conf', 'x1/b.conf']);
  expect(found('none/*')).toEqual([]);
  expect(found('x1/a.conf')).toEqual(['x1/a.conf']);
});

test('who can change a script', () => {
  expect(statScript(join(directory, 'none.sh'))).toBeUndefined();
  expect(statScript(file('plain.sh', '', 0o644))?.executable).toBe(false);
  expect(statScript(file('open.sh', '', 0o757))?.writableBy).toContain('others');
  expect(statScript('/bin/true')).toEqual({ executable: true, writableBy: '' });
});
