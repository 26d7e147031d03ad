/** The topology in real network namespaces: a veth pair per node into one bridge, which lives in a namespace of its own. */
import { randomBytes } from 'node:crypto';
import { $ } from 'zx';
import { type IpAddress, ip } from '../base/ip.ts';
import { type Reaper, startReaper } from './reaper.ts';
import { type LabNode, namespacesOf, REAL_SERVERS, type Topology, topology } from './topology.ts';

export interface NetnsLab extends Topology {
  /** Tell it of processes and folders that belong to the lab. */
  readonly reaper: Reaper;
  /** Removes namespaces, processes and folders; harmless when repeated. It also happens when this process dies. */
  remove(): Promise<void>;
}

export type Probe = { readonly ok: true } | { readonly ok: false; readonly why: string };

const quiet = { quiet: true, verbose: false } as const;

/** Whether namespaces, veth pairs and bridges can be made here, tried on a real one; `why` is a sentence's second half. */
export async function probeNamespaces(): Promise<Probe> {
  if (process.geteuid?.() !== 0) return { ok: false, why: 'network namespaces need root' };
  const version = await $({ ...quiet, nothrow: true })`ip -V`;
  if (version.exitCode !== 0) return { ok: false, why: 'iproute2 is not installed (apt-get install iproute2)' };
  const name = `hatop-probe-${newId()}`;
  const reaper = startReaper();
  reaper.namespace(name);
  try {
    await $(quiet)`ip netns add ${name}`;
    await batch(name, ['link add br0 type bridge', 'link add v0 type veth peer name v1']);
    return { ok: true };
  } catch (error) {
    return { ok: false, why: `the kernel refused a network namespace: ${reasonOf(error)}` };
  } finally {
    await reaper.reap();
  }
}

/** Builds the LAN. Real servers hold the VIP on `lo` without answering ARP for it (LVS-DR). Cleans up after a failure. */
export async function buildLab(id: string = newId()): Promise<NetnsLab> {
  const plan = topology(id);
  const reaper = startReaper();
  try {
    for (const name of namespacesOf(plan)) {
      reaper.namespace(name);
      await $(quiet)`ip netns add ${name}`;
    }
    await batch(plan.switchNamespace, switchCommands(plan));
    await Promise.all(Object.values(plan.nodes).map((node) => buildNode(plan, node)));
  } catch (error) {
    await reaper.reap();
    throw new Error(`cannot build the lab ${id}: ${reasonOf(error)}`);
  }
  return { ...plan, reaper, remove: () => reaper.reap() };
}

// Snooping off: a bridge without a querier would forget who listens to 224.0.0.18.
const switchCommands = (lab: Topology): string[] => [
  `link add ${lab.bridge} type bridge mcast_snooping 0 stp_state 0 forward_delay 0`,
  `link set ${lab.bridge} up`,
  ...Object.values(lab.nodes).flatMap((node) => [
    `link add name ${portOf(node)} type veth peer name ${lab.interface} netns ${node.namespace}`,
    `link set ${portOf(node)} master ${lab.bridge} up`,
  ]),
];

/** The node's end of the cable at the bridge, in the switch's namespace. */
export const portOf = (node: LabNode): string => `port-${node.role}`;

async function buildNode(lab: Topology, node: LabNode): Promise<void> {
  const isRealServer = REAL_SERVERS.some((name) => name === node.role);
  await sysctl(node.namespace, ['net.ipv6.conf.all.accept_dad=0', 'net.ipv6.conf.default.accept_dad=0']);
  if (isRealServer) {
    const quietArp = ['all', 'lo'].flatMap((name) => [
      `net.ipv4.conf.${name}.arp_ignore=1`,
      `net.ipv4.conf.${name}.arp_announce=2`,
    ]);
    await sysctl(node.namespace, quietArp);
  }
  await batch(node.namespace, [
    'link set lo up',
    `link set ${lab.interface} up`,
    `address add ${node.address}/${lab.prefix} dev ${lab.interface}`,
    ...(isRealServer ? [`address add ${lab.vip}/32 dev lo label lo:0`] : []),
  ]);
}

/** The IPv4 addresses of a namespace's interface as the kernel tells them, loopback left out. */
export async function addressesIn(lab: Topology, namespace: string): Promise<IpAddress[]> {
  const answer = await $(quiet)`ip -j -4 -n ${namespace} address show dev ${lab.interface}`;
  const links = JSON.parse(answer.stdout) as { addr_info?: { local: string }[] }[];
  return links.flatMap((link) => link.addr_info ?? []).map((address) => ip(address.local));
}

/** The directors whose kernel has the VIP now. */
export async function vipHolders(lab: Topology): Promise<('a' | 'b')[]> {
  const found = await Promise.all(
    (['a', 'b'] as const).map(async (name) =>
      (await addressesIn(lab, lab.nodes[name].namespace)).includes(lab.vip) ? [name] : [],
    ),
  );
  return found.flat();
}

/** Runs `ip` commands in a namespace, in one process. Rejects on the first one that fails. */
export async function batch(namespace: string, commands: readonly string[]): Promise<void> {
  await $({ ...quiet, input: `${commands.join('\n')}\n` })`ip -n ${namespace} -batch -`;
}

async function sysctl(namespace: string, settings: readonly string[]): Promise<void> {
  await $(quiet)`ip netns exec ${namespace} sysctl -q -w ${settings}`;
}

const newId = (): string => randomBytes(4).toString('hex');

function reasonOf(error: unknown): string {
  if (error !== null && typeof error === 'object' && 'stderr' in error && typeof error.stderr === 'string') {
    const text = error.stderr.trim();
    if (text !== '') return text;
  }
  return error instanceof Error ? error.message : String(error);
}
