/** Which data plane `hatop run` takes on this kernel, and what it says where it cannot. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CONF, finished, type Machine, machine, SERVICE_CONF } from './run-support.ts';

const NO_IPVS = 'this kernel has no IPVS: the module ip_vs is not loaded (modprobe ip_vs) or not built';
/** Nothing of /usr/sbin, where nft is. */
const WITHOUT_NFT = ['unshare', '-m', 'sh', '-c', 'mount -t tmpfs none /usr/sbin && exec "$0" "$@"'];
const WITHOUT_RIGHTS = ['setpriv', '--bounding-set=-net_admin', '--inh-caps=-all'];
/** What IPVS there is, is this kernel's affair: then nobody asks nftables unless it is asked for by name. */
const hasIpvs = existsSync('/proc/net/ip_vs');

const started = async (here: Machine, options: Parameters<Machine['run']>[0]) => {
  const engine = here.run({ conf: SERVICE_CONF, ...options });
  await engine.waitFor(/control socket/, 30_000);
  const { dataPlane, dataPlaneReason } = await here.status();
  return { dataPlane, dataPlaneReason };
};

describe.concurrent('auto', () => {
  test('takes IPVS, else nftables, and says why not IPVS', async ({ onTestFinished }) => {
    const here = await machine(onTestFinished);
    const dataPlane = hasIpvs ? 'ipvs' : 'nftables';
    const dataPlaneReason = hasIpvs ? 'the kernel has IPVS, which comes first' : NO_IPVS;
    expect(await started(here, {})).toEqual({ dataPlane, dataPlaneReason });
    expect((await here.hatop('status')).stdout).toContain(`data plane ${dataPlane}: ${dataPlaneReason}\n`);
    expect((await here.journal()).map(({ text }) => text)).toContain(`data plane ${dataPlane}: ${dataPlaneReason}`);
  });

  test.runIf(!hasIpvs)('without nft: none, and why for both; it runs all the same', async ({ onTestFinished }) => {
    const here = await machine(onTestFinished);
    const found = await started(here, { words: WITHOUT_NFT });
    expect(found.dataPlane).toBe('none');
    expect(found.dataPlaneReason).toMatch(/^this kernel has no IPVS: .*; nftables .*not installed/);
  });

  test.runIf(!hasIpvs)('without the right to it: none, and why for both', async ({ onTestFinished }) => {
    const here = await machine(onTestFinished);
    const found = await started(here, { words: WITHOUT_RIGHTS });
    expect(found.dataPlane).toBe('none');
    expect(found.dataPlaneReason).toMatch(/^this kernel has no IPVS: .*; nftables .*not permitted/);
  });
});

describe.concurrent('by name', () => {
  test('hatop.conf asks for nftables, and is named as the reason', async ({ onTestFinished }) => {
    const here = await machine(onTestFinished);
    const file = join(here.folder, 'hatop.conf');
    writeFileSync(file, '# ours alone\ndata_plane nftables\n');
    const found = await started(here, { args: ['--hatop-conf', file] });
    expect(found).toEqual({ dataPlane: 'nftables', dataPlaneReason: `asked for by ${file}:2` });
  });

  test('an option beats the file', async ({ onTestFinished }) => {
    const here = await machine(onTestFinished);
    const file = join(here.folder, 'hatop.conf');
    writeFileSync(file, 'data_plane ipvs\n');
    const found = await started(here, { args: ['--hatop-conf', file, '--data-plane', 'nftables'] });
    expect(found).toEqual({ dataPlane: 'nftables', dataPlaneReason: 'asked for by --data-plane' });
  });

  test.runIf(!hasIpvs)('IPVS where the kernel has none ends with 2 and says what to do', async ({ onTestFinished }) => {
    const here = await machine(onTestFinished);
    const ended = await finished(here.run({ conf: CONF + SERVICE_CONF, args: ['--data-plane', 'ipvs'] }));
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr.trimEnd().split('\n').at(-1)).toBe(
      `hatop: the data plane ipvs, asked for by --data-plane, cannot work here: ${NO_IPVS}; nftables works here: ask for that, or for auto`,
    );
    expect(existsSync(here.stateDir)).toBe(false);
  });

  test('nftables without nft ends with 2 and says what to do', async ({ onTestFinished }) => {
    const here = await machine(onTestFinished);
    const ended = await finished(
      here.run({ conf: CONF + SERVICE_CONF, args: ['--data-plane', 'nftables'], words: WITHOUT_NFT }),
    );
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(
      /the data plane nftables, asked for by --data-plane, cannot work here: .*not installed/,
    );
    expect(ended.stderr).toContain(hasIpvs ? 'ipvs works here' : 'ipvs does not work here either');
  });
});
