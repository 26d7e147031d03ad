/**
 * What the kernel of a namespace holds, read from `/proc` of a process that lives there for nothing else: a guest is slow
 * to start processes, and a look every second by `ip netns exec … ipvsadm-save` would take most of its time.
 */
import { readFileSync } from 'node:fs';
import { startProcess } from '../../src/lab/process.ts';

export interface ProcView {
  /** The IPv4 destinations by direct routing, as `ipvsadm-save -n` writes them, in order. */
  table(): string;
  /** Whether the address is one of its own. */
  owns(address: string): boolean;
  remove(): Promise<unknown>;
}

export function procView(namespace: string): ProcView {
  const resident = startProcess(['sleep', 'infinity'], { namespace });
  const read = (file: string): string => readFileSync(`/proc/${resident.pid}/net/${file}`, 'utf8');
  return {
    table: () => saved(read('ip_vs')),
    owns: (address) => localAddresses(read('fib_trie')).includes(address),
    remove: () => resident.stop(),
  };
}

/** `0A4D0064:0050` is `10.77.0.100:80`. */
function hostAndPort(hex: string): string {
  const [address = '', port = ''] = hex.split(':');
  return `${(address.match(/../g) ?? []).map((byte) => parseInt(byte, 16)).join('.')}:${parseInt(port, 16)}`;
}

function saved(table: string): string {
  let service = '';
  return table
    .split('\n')
    .slice(3)
    .filter((line) => line !== '')
    .map((line) => {
      const [first = '', second = '', third = '', fourth = ''] = line.trim().split(/\s+/);
      if (first === '->') {
        if (third !== 'Route') throw new Error(`not by direct routing: ${line}`);
        return `-a ${service} -r ${hostAndPort(second)} -g -w ${fourth}`;
      }
      if (first !== 'TCP') throw new Error(`not TCP: ${line}`);
      service = `-t ${hostAndPort(second)}`;
      return `-A ${service} -s ${third}`;
    })
    .sort()
    .join('\n');
}

/** An address stands on the line before `/32 host LOCAL`. */
const localAddresses = (trie: string): string[] =>
  [...trie.matchAll(/\|-- (\S+)\n\s+\/32 host LOCAL/g)].map(([, address = '']) => address);
