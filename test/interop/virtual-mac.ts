/** A LAN of `two-lans.ts` as its switch and a client see it, for what is said of a virtual MAC there. */
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AdvertSighting, type ArpSighting, parseSighting } from '../../src/lab/capture.ts';
import { batch } from '../../src/lab/namespaces.ts';
import { startProcess } from '../../src/lab/process.ts';
import { ip } from '../netns/support.ts';
import type { TwoLans } from './two-lans.ts';

export interface Segment {
  adverts(): AdvertSighting[];
  arps(): ArpSighting[];
  /** Makes the client forget, and ask; what it has learned. */
  resolve(address: string): Promise<string | undefined>;
  /** What the client has now, without asking. */
  neighbour(address: string): string | undefined;
  /** Behind which of its ports the switch believes a MAC: `a0`, `b1`. */
  portOf(mac: string): string | undefined;
}

/** `n`: 0 or 1. The client is the bridge itself, 10.9.N.9 and fd09:N::9. */
export async function watchSegment({ lan }: TwoLans, n: 0 | 1): Promise<Segment> {
  const bridge = `br${n}`;
  await batch(lan, [`address add 10.9.${n}.9/24 dev ${bridge}`, `address add fd09:${n}::9/64 dev ${bridge} nodad`]);
  const words = ['tcpdump', '-i', bridge, '-n', '-e', '-tt', '-l', '--immediate-mode'];
  const tcpdump = startProcess([...words, 'arp or ip proto 112 or ip6 proto 112'], { namespace: lan });
  await tcpdump.waitFor(/listening on/);
  const seen = () => tcpdump.lines.flatMap(({ text, from }) => (from === 'stdout' ? (parseSighting(text) ?? []) : []));
  const neighbour = (address: string): string | undefined =>
    /lladdr (\S+)/.exec(ip('-n', lan, 'neigh', 'show', address))?.[1];
  return {
    adverts: () => seen().filter((one) => one.kind === 'advert'),
    arps: () => seen().filter((one) => one.kind === 'arp'),
    neighbour,
    async resolve(address) {
      await batch(lan, [`neigh flush to ${address} dev ${bridge}`]);
      const type = address.includes(':') ? 'udp6' : 'udp4';
      const script = `require('dgram').createSocket('${type}').send('x', 9, '${address}', () => process.exit(0))`;
      await startProcess([process.execPath, '-e', script], { namespace: lan }).ended;
      // The kernel asks three times, a second apart.
      for (let i = 0; i < 60 && neighbour(address) === undefined; i++) await sleep(50);
      return neighbour(address);
    },
    portOf: (mac) => portFrom(lan, bridge, mac),
  };
}

function portFrom(lan: string, bridge: string, mac: string): string | undefined {
  const shown = execFileSync('bridge', ['-n', lan, 'fdb', 'show', 'br', bridge], { encoding: 'utf8' });
  const line = shown.split('\n').find((one) => one.startsWith(mac));
  return /dev (\S+)/.exec(line ?? '')?.[1];
}
