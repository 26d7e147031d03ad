import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ok } from '../../src/base/result.ts';
import { loadConfiguration } from '../../src/conf/load.ts';
import { withoutUnusableScripts } from '../../src/daemon/script-policy.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hatop-script-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function judge(command: string, globals = '') {
  const text = `global_defs {\n${globals}\n}\nvrrp_script chk {\n  script "${command}"\n}\n`;
  const judged = withoutUnusableScripts(loadConfiguration('f', () => ok(text)).configuration);
  return { run: judged.configuration.scripts.map(({ name }) => name), warnings: judged.warnings };
}

function script(mode: number): string {
  const path = join(folder, 'check.sh');
  writeFileSync(path, '#!/bin/sh\nexit 0\n');
  chmodSync(path, mode);
  return path;
}

describe('a vrrp_script', () => {
  test('that can be run is run', () => {
    expect(judge(script(0o755))).toEqual({ run: ['chk'], warnings: [] });
  });

  test('that does not exist is left out and named', () => {
    const { run, warnings } = judge('/nowhere/check.sh');
    expect(run).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('/nowhere/check.sh does not exist')]);
  });

  test('that cannot be executed is left out and named', () => {
    expect(judge(script(0o644)).warnings).toEqual([expect.stringContaining('cannot be executed (EACCES)')]);
  });

  test('that others may write is left out with enable_script_security, and only with it', () => {
    const path = script(0o757);
    expect(judge(path).run).toEqual(['chk']);
    const { run, warnings } = judge(path, 'enable_script_security');
    expect(run).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('enable_script_security')]);
  });

  test('that another user runs may be written by that user', () => {
    expect(judge(script(0o757), 'enable_script_security\nscript_user nobody').run).toEqual(['chk']);
  });

  test('without a path is looked up when it runs', () => {
    expect(judge('no-such-program').run).toEqual(['chk']);
  });
});

test('a MISC_CHECK that does not exist is left out and named; the others stay', () => {
  const checks = `MISC_CHECK {\n misc_path ${script(0o755)}\n}\nMISC_CHECK {\n misc_path "/nowhere/c x"\n}`;
  const server = `real_server 192.0.2.2 80 {\n${checks}\n}`;
  const text = `virtual_server 192.0.2.1 80 {\n lb_algo rr\n lb_kind DR\n protocol TCP\n${server}\n}\n`;
  const { configuration, warnings } = withoutUnusableScripts(loadConfiguration('f', () => ok(text)).configuration);
  expect(configuration.virtualServers[0]?.realServers[0]?.checks).toHaveLength(1);
  expect(warnings).toEqual([
    'MISC_CHECK of 192.0.2.2:80 is not run: /nowhere/c does not exist; the server goes on without it',
  ]);
});
