/** Virtual addresses as the kernel holds them for `hatop run`: with what stands behind them on their lines. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startProcess } from '../../src/lab/process.ts';
import { poll } from '../poll.ts';
import { type Machine, machine, SOON } from './run-support.ts';

/** `scope`: of the first address. */
const conf = (scope: string): string => `vrrp_instance VI_1 {
    state MASTER
    interface eth0
    virtual_router_id 51
    priority 254
    version 3
    advert_int 0.1
    virtual_ipaddress {
        10.9.4.100/24 brd + scope ${scope} label eth0:vip
        10.9.1.100/24 brd 10.9.1.254 noprefixroute
        10.9.2.1 peer 10.9.2.2 scope 77
        10.9.5.1 peer 10.9.5.2/30
    }
    virtual_ipaddress_excluded {
        10.9.3.100/28 brd - scope host
        fd00:9::1/64 -nodad home mngtmpaddr noprefixroute
        fd00:9::2
        fd00:9::3 preferred_lft forever
        fd00:9::4/64 preferred_lft 600
    }
}
`;

interface KernelAddress {
  readonly local: string;
  readonly [field: string]: unknown;
}

type Addresses = Record<string, KernelAddress>;

async function addressesOf(host: Machine): Promise<Addresses> {
  const { stdout } = await host.exec('ip', '-json', '-details', 'address', 'show', 'dev', 'eth0');
  const [{ addr_info: all }] = JSON.parse(stdout) as [{ addr_info: KernelAddress[] }];
  const ours = all.filter(({ local }) => !local.startsWith('fe80:') && local !== '10.9.0.1');
  return Object.fromEntries(ours.map((one) => [one.local, one]));
}

/** Lifetimes run, and duplicate address detection takes its time. */
const comparable = (addresses: Addresses): Addresses =>
  Object.fromEntries(
    Object.entries(addresses).map(([local, one]) => [
      local,
      { ...one, tentative: undefined, preferred_life_time: Math.ceil(Number(one.preferred_life_time) / 300) },
    ]),
  );

async function keepalivedHolds(text: string): Promise<Addresses> {
  const host = await machine(onTestFinished);
  const file = join(host.folder, 'keepalived.conf');
  writeFileSync(file, text);
  const pids = ['-p', 'all', '-r', 'vrrp'].map((word) => (word.startsWith('-') ? word : join(host.folder, word)));
  const keepalived = startProcess(['keepalived', '-n', '-l', '-f', file, ...pids], { namespace: host.namespace });
  await poll(async () => Object.keys(await addressesOf(host)), SOON).toHaveLength(9);
  const held = await addressesOf(host);
  await keepalived.stop();
  return held;
}

test('options of virtual addresses: as keepalived holds them, changed by a reload, and all of it gone at the end', async () => {
  const host = await machine(onTestFinished);
  const addresses = () => addressesOf(host);
  const [engine, theirs] = await Promise.all([host.master({ conf: conf('link') }), keepalivedHolds(conf('link'))]);
  await poll(addresses, SOON).toMatchObject({
    '10.9.4.100': { prefixlen: 24, broadcast: '10.9.4.255', scope: 'link', label: 'eth0:vip' },
    '10.9.2.1': { address: '10.9.2.2', prefixlen: 32, scope: '77' },
    'fd00:9::2': { nodad: true, deprecated: true, preferred_life_time: 0 },
  });
  expect(comparable(await addresses())).toEqual(comparable(theirs));
  const before = (await host.status()).instances[0]!;
  writeFileSync(join(host.folder, 'keepalived.conf'), conf('site'));
  expect((await host.hatop('reload', '--yes')).code).toBe(0);
  await poll(addresses, SOON).toMatchObject({ '10.9.4.100': { scope: 'site', label: 'eth0:vip' } });
  expect((await host.status()).instances[0]).toMatchObject({ state: 'master', since: before.since });
  await engine.stop();
  expect(await addresses()).toEqual({});
});
