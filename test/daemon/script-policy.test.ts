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

test('notify scripts that others may write are left out and named, wherever they stand; the FIFOs stay', () => {
  const bad = script(0o757);
  const global = `global_defs {\n enable_script_security\n notify_fifo /run/f\n notify_fifo_script ${bad}\n}\n`;
  const router = 'state BACKUP\n interface lo\n virtual_router_id 5\n priority 100\n';
  const states = `notify_master ${bad}\n notify_stop /bin/sh\n notify ${bad}\n`;
  const instance = `vrrp_instance A {\n ${router} ${states}}\n`;
  const group = `vrrp_sync_group G {\n group {\n A\n }\n notify_fault ${bad}\n}\n`;
  const server = `real_server 192.0.2.2 80 {\n notify_up ${bad}\n notify_down ${bad}\n}\n`;
  const quorum = `quorum_up ${bad}\n quorum_down ${bad}\n`;
  const virtual = `virtual_server 192.0.2.1 80 {\n lb_algo rr\n lb_kind DR\n protocol TCP\n ${quorum} ${server}}\n`;
  const read = (text: string) => loadConfiguration('f', () => ok(text)).configuration;
  const { configuration, warnings } = withoutUnusableScripts(read(global + instance + group + virtual));
  expect(warnings.map((text) => text.replace(/ is not run: .*\(enable_script_security\)$/, ''))).toEqual([
    'notify_fifo_script of /run/f',
    'notify_master of instance A',
    'notify of instance A',
    'notify_fault of group G',
    expect.stringMatching(/^quorum_up of .*192\.0\.2\.1/),
    expect.stringMatching(/^quorum_down of .*192\.0\.2\.1/),
    'notify_up of 192.0.2.2:80',
    'notify_down of 192.0.2.2:80',
  ]);
  expect(configuration.global.fifos.all).toEqual({ path: '/run/f', script: undefined });
  const [one] = configuration.instances;
  expect(one?.notify).toMatchObject({ master: undefined, any: undefined, stop: { argv: ['/bin/sh'] } });
  const [service] = configuration.virtualServers;
  expect(service).toMatchObject({ quorumUp: undefined, quorumDown: undefined });
  expect(service?.realServers[0]).toMatchObject({ notifyUp: undefined, notifyDown: undefined });
});
