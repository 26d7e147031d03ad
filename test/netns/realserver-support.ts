/** The classic topology: another host and two back ends on one LAN, which serve their own name. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LabProcess, startProcess } from '../../src/lab/process.ts';
import { HATOP } from '../interop/director.ts';
import { type Ended, finished } from './run-support.ts';
import { createNetns, ip, type Netns } from './support.ts';

export const VIP = '10.8.0.100';
export const SECOND = '10.8.0.101';
export const SIX = 'fd08::100';
export type BackEnd = 'one' | 'two';

export interface BackEnds {
  readonly world: Netns;
  readonly stateDir: string;
  /** Runs `hatop realserver WORDS` on a back end. */
  realserver(on: BackEnd, ...words: string[]): Promise<Ended>;
  exec(on: string, ...argv: string[]): Promise<Ended>;
  /** Addresses, routes and settings as `ip` and /proc tell them. */
  kernel(on: BackEnd): string;
  setting(on: BackEnd, name: string, setting: string, value?: string): string;
  /** The MAC that answers the other host for the address now; undefined: nobody does. */
  whoAnswers(address: string): Promise<string | undefined>;
  mac(of: string): string;
}

const LISTENER = `
const [name, address] = process.argv.slice(1);
require('node:http').createServer((_, answer) => answer.end(name)).listen(80, address, () => console.log('listening'));
`;
/** A datagram makes the kernel ask who has the address. */
const KNOCK = `
const socket = require('node:dgram').createSocket(process.argv[1].includes(':') ? 'udp6' : 'udp4');
socket.on('error', () => {});
socket.send('x', 9, process.argv[1], () => setTimeout(() => socket.close(), 50));
`;

/** `onFinished` is told how everything goes again. */
export function backEnds(onFinished: (cleanUp: () => Promise<void>) => void): BackEnds {
  const world = createNetns('lan', 'peer', 'one', 'two');
  const stateDir = mkdtempSync(join(tmpdir(), 'hatop-rs-'));
  onFinished(async () => {
    await world.close();
    rmSync(stateDir, { recursive: true, force: true });
  });
  ip('-n', world.name('lan'), 'link', 'add', 'br0', 'type', 'bridge', 'mcast_snooping', '0', 'forward_delay', '0');
  ip('-n', world.name('lan'), 'link', 'set', 'br0', 'up');
  for (const [host, last] of [['peer', 9] as const, ['one', 11] as const, ['two', 12] as const]) {
    const inside = ['-n', world.name(host)];
    ip('-n', world.name('lan'), 'link', 'add', host, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', world.name(host));
    ip('-n', world.name('lan'), 'link', 'set', host, 'master', 'br0', 'up');
    ip(...inside, 'address', 'add', `10.8.0.${last}/24`, 'dev', 'eth0');
    ip(...inside, 'address', 'add', `fd08::${last}/64`, 'dev', 'eth0', 'nodad');
    ip(...inside, 'link', 'set', 'eth0', 'up');
  }
  const exec = (on: string, ...argv: string[]): Promise<Ended> =>
    finished(startProcess(argv, { namespace: world.name(on) }));
  const setting = (on: BackEnd, name: string, what: string, value?: string): string => {
    const path = `/proc/sys/net/ipv4/conf/${name}/${what}`;
    if (value !== undefined) world.run(on, 'sh', '-c', 'echo "$1" > "$2"', 'sh', value, path);
    return world.run(on, 'cat', path).trim();
  };
  return {
    world,
    stateDir,
    exec,
    setting,
    realserver: (on, ...words) => exec(on, ...HATOP, 'realserver', ...words, '--state-dir', join(stateDir, on)),
    kernel: (on) =>
      [
        ip('-n', world.name(on), '-br', 'address', 'show', 'dev', 'lo'),
        ip('-n', world.name(on), 'route', 'show'),
        ...['all', 'lo', 'eth0'].map(
          (name) => `${name} ${setting(on, name, 'arp_ignore')} ${setting(on, name, 'arp_announce')}`,
        ),
      ].join('\n'),
    async whoAnswers(address) {
      world.run('peer', 'ip', 'neigh', 'flush', 'dev', 'eth0');
      await exec('peer', process.execPath, '-e', KNOCK, address);
      // Three questions, a second apart, before the kernel gives up.
      for (const end = Date.now() + 15_000; Date.now() < end; await new Promise((next) => setTimeout(next, 100))) {
        const entry = ip('-n', world.name('peer'), 'neigh', 'show', 'to', address, 'dev', 'eth0');
        const found = /lladdr (\S+)/.exec(entry)?.[1];
        if (found) return found;
        if (entry.includes('FAILED') || entry.trim() === '') return undefined;
      }
      throw new Error(`the kernel still asks for ${address}`);
    },
    mac: (of) => /link\/ether (\S+)/.exec(ip('-n', world.name(of), 'link', 'show', 'dev', 'eth0'))?.[1] ?? '',
  };
}

/** A web server that says its own name, on every address or on one. */
export async function serve(world: Netns, on: BackEnd, address = '::'): Promise<LabProcess> {
  const server = startProcess([process.execPath, '-e', LISTENER, on, address], { namespace: world.name(on) });
  await server.waitFor(/listening/);
  return server;
}

/** Asks the address as a director delivers it: to the MAC of the back end, whoever answers ARP. */
export async function askThrough(net: BackEnds, on: BackEnd, address: string): Promise<string> {
  net.world.run('peer', 'ip', 'neigh', 'replace', address, 'lladdr', net.mac(on), 'nud', 'permanent', 'dev', 'eth0');
  const url = address.includes(':') ? `http://[${address}]/` : `http://${address}/`;
  const { stdout } = await net.exec('peer', 'curl', '-s', '-m', '5', url);
  net.world.run('peer', 'ip', 'neigh', 'del', address, 'dev', 'eth0');
  return stdout.trim();
}
