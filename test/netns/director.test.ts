/** `hatop director` where it must not run, and on a kernel without IPVS. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HATOP } from '../interop/director.ts';
import { type Machine, machine, SERVICE_CONF, VIP } from './run-support.ts';

function director(here: Machine, verb: string, ...wrap: string[]) {
  const file = join(here.folder, 'director.conf');
  writeFileSync(file, SERVICE_CONF);
  return here.exec(...wrap, ...HATOP, 'director', verb, '-f', file, '--state-dir', here.stateDir);
}

test('beside a running engine it is refused, and the engine goes on', async ({ onTestFinished }) => {
  const here = await machine(onTestFinished);
  const engine = here.run();
  await engine.waitFor(/control socket/);
  const ended = await director(here, 'start');
  expect(ended).toMatchObject({ code: 2, stdout: '' });
  expect(ended.stderr).toContain('another program holds a VRRP socket (protocol 112 or 51) in this network namespace');
  expect(existsSync(join(here.stateDir, 'director'))).toBe(false);
  await engine.waitFor(/VI_1: backup → master/);
});

/** A machine whose kernel does have IPVS is not what this is about: the kernel tier is. */
test('without IPVS, start says so and changes nothing; without the right to, it is 4', async ({ onTestFinished }) => {
  const here = await machine(onTestFinished);
  const bound = ['setpriv', '--bounding-set=-net_admin', '--inh-caps=-all'];
  const hasIpvs = existsSync('/proc/net/ip_vs');
  const started = await director(here, 'start', ...(hasIpvs ? bound : []));
  expect(started, started.stderr).toMatchObject({ code: hasIpvs ? 4 : 1, stdout: '' });
  if (!hasIpvs) expect(started.stderr).toMatch(/this kernel has no IPVS: .*; nothing was changed/);
  expect(here.holdsVip()).toBe(false);
  const status = await director(here, 'status');
  expect(status, status.stderr).toMatchObject({ code: 3, stdout: 'stopped\n' });
  expect((await here.exec('ip', 'address', 'show')).stdout).not.toContain(VIP);
});
