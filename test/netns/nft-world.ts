/**
 * A LAN of namespaces: a client, directors `a` and `b`, real servers `s1` and `s2` with the VIPs on their loopbacks, a
 * bridge. The directors run the nftables table and nothing else: who has the VIP is the test's to say.
 */
import { fileURLToPath } from 'node:url';
import { ip as address } from '../../src/base/ip.ts';
import type { DestinationSpec, ServiceEntry, ServiceKey, ServiceSpec, TableOperation } from '../../src/ipvs/types.ts';
import { type Harness, harnessOver, startHarness } from './linux-support.ts';
import { createNetns, ip, type Netns } from './support.ts';

export const VIP = address('10.78.0.100');
export const VIP6 = address('fd78::100');
export const ADDRESS = {
  client: ['10.78.0.9', 'fd78::9'],
  a: ['10.78.0.1', 'fd78::1'],
  b: ['10.78.0.2', 'fd78::2'],
  s1: ['10.78.0.21', 'fd78::21'],
  s2: ['10.78.0.22', 'fd78::22'],
} as const;
type Node = keyof typeof ADDRESS;
const NODES = Object.keys(ADDRESS) as Node[];

export const web: ServiceSpec = { address: VIP, port: 80, protocol: 'tcp', scheduler: 'wrr' };
export const web6: ServiceSpec = { ...web, address: VIP6 };
export const server = (node: 's1' | 's2', weight: number, family: 4 | 6 = 4): DestinationSpec => ({
  address: address(ADDRESS[node][family === 4 ? 0 : 1]),
  port: 80,
  weight,
  method: 'DR',
});

export interface NftWorld {
  readonly netns: Netns;
  readonly client: Harness;
  readonly a: Harness;
  readonly b: Harness;
  /** `ip` in a node's namespace. */
  ip(node: Node, ...argv: string[]): string;
  /** Gives the VIPs to one director, or takes them from it. */
  vip(node: 'a' | 'b', verb: 'add' | 'del'): void;
  /** Puts the services there; throws where anything is refused. */
  apply(director: Harness, ...operations: TableOperation[]): Promise<void>;
  dump(director: Harness): Promise<ServiceEntry[]>;
  close(): Promise<void>;
}

export async function createNftWorld(...directorArguments: string[]): Promise<NftWorld> {
  const netns = createNetns(...NODES, 'lan');
  ip('-n', netns.name('lan'), 'link', 'add', 'br0', 'type', 'bridge', 'mcast_snooping', '0', 'forward_delay', '0');
  ip('-n', netns.name('lan'), 'link', 'set', 'br0', 'up');
  for (const node of NODES) plug(netns, node);
  const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
  const program = await netns.bundle('nft-director.ts');
  const start = (node: 's1' | 's2') =>
    netns.start(node, process.execPath, here('nft-server.mjs'), node, '80', VIP, VIP6);
  const [client, a, b] = await Promise.all([
    startHarness(netns, 'client', here('nft-client.mjs')),
    harnessOver(netns.start('a', process.execPath, program, ...directorArguments)),
    harnessOver(netns.start('b', process.execPath, program, ...directorArguments)),
    ...(['s1', 's2'] as const).map((node) => start(node).find((line) => line.includes('ready'), { ms: 45_000 })),
  ]);
  return {
    netns,
    client,
    a,
    b,
    ip: (node, ...argv) => ip('-n', netns.name(node), ...argv),
    vip(node, verb) {
      ip('-n', netns.name(node), 'address', verb, `${VIP}/32`, 'dev', 'eth0');
      ip('-n', netns.name(node), 'address', verb, `${VIP6}/128`, 'dev', 'eth0', ...(verb === 'add' ? ['nodad'] : []));
      // What a director announces when it takes over: here, by letting the client ask again.
      if (verb === 'add')
        for (const node of ['client', 's1', 's2'] as const) netns.run(node, 'ip', 'neigh', 'flush', 'all');
    },
    async apply(director, ...operations) {
      const refused = ((await director.call('apply', operations)) as string[]).filter((result) => result !== 'ok');
      if (refused.length > 0) throw new Error(refused.join('\n'));
    },
    dump: (director) => director.call('dump'),
    close: () => netns.close(),
  };
}

function plug(netns: Netns, node: Node): void {
  const name = netns.name(node);
  const [v4, v6] = ADDRESS[node];
  netns.run(node, 'sysctl', '-q', '-w', 'net.ipv6.conf.all.accept_dad=0', 'net.ipv6.conf.default.accept_dad=0');
  if (node === 's1' || node === 's2') {
    const quiet = ['all', 'lo'].flatMap((i) => [
      `net.ipv4.conf.${i}.arp_ignore=1`,
      `net.ipv4.conf.${i}.arp_announce=2`,
    ]);
    netns.run(node, 'sysctl', '-q', '-w', ...quiet);
    ip('-n', name, 'address', 'add', `${VIP}/32`, 'dev', 'lo');
    ip('-n', name, 'address', 'add', `${VIP6}/128`, 'dev', 'lo', 'nodad');
  }
  ip('-n', netns.name('lan'), 'link', 'add', `port-${node}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
  ip('-n', netns.name('lan'), 'link', 'set', `port-${node}`, 'master', 'br0', 'up');
  ip('-n', name, 'address', 'add', `${v4}/24`, 'dev', 'eth0');
  ip('-n', name, 'address', 'add', `${v6}/64`, 'dev', 'eth0', 'nodad');
  ip('-n', name, 'link', 'set', 'eth0', 'up');
}

export const addService = (service: ServiceSpec): TableOperation => ({ kind: 'add-service', service });
export const addServer = (service: ServiceKey, destination: DestinationSpec): TableOperation => ({
  kind: 'add-destination',
  service,
  destination,
});
export const tally = (names: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};
