/** `no_accept` on real packets: a master that holds its addresses, answers ARP and neighbour discovery, and nothing else. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { poll } from '../poll.ts';
import { machine, SOON } from './run-support.ts';
import { ip } from './support.ts';

const VIPS = ['10.9.0.100', 'fd00:9::100'] as const;
const conf = (word: string): string => `vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 254
    version 3
    advert_int 0.1
    ${word}
    virtual_ipaddress {
        ${VIPS[0]}/24
    }
    virtual_ipaddress_excluded {
        ${VIPS[1]}/64
    }
}
`;

test('packets to the virtual addresses are dropped, neighbours are told; undone after a kill and by a stop, and done by a reload', async () => {
  const host = await machine(onTestFinished);
  const peer = host.namespace.replace(/run$/, 'peer');
  ip('-n', peer, 'address', 'add', 'fd00:9::2/64', 'dev', 'eth0', 'nodad');
  /** Whether a connection to a port where nobody listens is refused, which is an answer. */
  const answers = async (address: string): Promise<boolean> => {
    const connect = ['timeout', '1', 'bash', '-c', `</dev/tcp/${address}/9`];
    return (await host.exec('ip', 'netns', 'exec', peer, ...connect)).stderr.includes('refused');
  };
  const answering = async (): Promise<string[]> => {
    const all = await Promise.all(VIPS.map(answers));
    return VIPS.filter((_, i) => all[i]);
  };
  const neighbours = (): string => ip('-n', peer, 'neighbour', 'show');
  const tables = async (): Promise<string> => (await host.exec('nft', 'list', 'tables')).stdout;

  const first = await host.master({ conf: conf('no_accept') });
  expect(await answering()).toEqual([]);
  for (const vip of VIPS) expect(neighbours()).toMatch(new RegExp(`^${vip} dev eth0 lladdr`, 'm'));
  // What is not virtual answers, and what is not ours stays.
  await host.exec('nft', 'add', 'table', 'inet', 'somebody');
  expect(await answers('10.9.0.1')).toBe(true);

  await first.crash();
  expect(await tables()).toContain('hatop-no-accept');
  const second = await host.master({ conf: conf('accept') });
  await poll(answering, SOON).toEqual([...VIPS]);
  expect(await tables()).toBe('table inet somebody\n');
  writeFileSync(join(host.folder, 'keepalived.conf'), conf('no_accept'));
  expect((await host.hatop('reload', '--yes')).code).toBe(0);
  await poll(answering, SOON).toEqual([]);

  // Somebody empties the ruleset: until the next reload the addresses answer, and no longer.
  await host.exec('nft', 'flush', 'ruleset');
  expect(await answering()).toEqual([...VIPS]);
  await host.exec('nft', 'add', 'table', 'inet', 'somebody');
  expect((await host.hatop('reload', '--yes')).code).toBe(0);
  await poll(answering, SOON).toEqual([]);
  await second.stop();
  expect(await tables()).toBe('table inet somebody\n');
});
