/**
 * What a director costs its clients: connections a second, the time to connect and a round trip, through the director
 * against straight to the same real server, in turn. By nftables in network namespaces of this machine; by IPVS in the
 * kernel tier's guest, which is slower by a factor: compare the ratios, not the two machines. Needs root, and user-mode-linux
 * for IPVS. Arguments: rounds, and "here" to leave the guest out.
 */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { $ } from 'zx';
import { buildLab, type NetnsLab, vipHolders } from '../../src/lab/namespaces.ts';
import { startProcess } from '../../src/lab/process.ts';
import { LAN_SETUP } from '../kernel/lan.ts';
import { runGuest } from '../kernel/uml.ts';
import { median, spread, table } from './figures.ts';

interface Path {
  readonly cps: number[];
  readonly connectUs: number[];
  readonly pingUs: number[];
}
interface Found {
  readonly direct: Path;
  readonly via: Path;
}

const PORT = 7000;
const TRAFFIC = join(process.cwd(), 'test/bench/traffic.mjs');
const HATOP = [process.execPath, process.env.HATOP_BIN ?? ''];
/** TIME_WAIT would eat the client's ports. */
const CLIENT_SETTINGS = 'net.ipv4.ip_local_port_range=1024 65000';

/** One real server, so that both ways lead to the same; it is not checked. */
const configuration = (vip: string, server: string): string => `vrrp_instance VI_1 {
    state MASTER
    interface eth0
    virtual_router_id 51
    priority 200
    advert_int 1
    virtual_ipaddress {
        ${vip}/24 dev eth0
    }
}
virtual_server ${vip} ${PORT} {
    lb_algo wrr
    lb_kind DR
    protocol TCP
    real_server ${server} ${PORT} {
        weight 1
    }
}
`;

async function byNftables(lab: NetnsLab, rounds: number): Promise<Found> {
  const folder = mkdtempSync(join(tmpdir(), 'hatop-balance-'));
  lab.reaper.directory(folder);
  const { a, s1, client } = lab.nodes;
  const file = join(folder, 'keepalived.conf');
  writeFileSync(file, configuration(lab.vip, s1.address));
  const server = startProcess([process.execPath, TRAFFIC, 'serve', `${PORT}`], { namespace: s1.namespace });
  await server.waitFor(/listening/);
  const paths = ['-f', file, '--socket', join(folder, 'sock'), '--state-dir', join(folder, 'state')];
  const engine = startProcess([...HATOP, 'run', ...paths, '--data-plane', 'nftables'], { namespace: a.namespace });
  await engine.waitFor(/backup → master/, 30_000);
  while (!(await vipHolders(lab)).includes('a')) await new Promise((resolve) => setTimeout(resolve, 50));
  await $({ quiet: true })`ip netns exec ${client.namespace} sysctl -q -w ${CLIENT_SETTINGS}`;
  const words = ['ask', PORT, s1.address, lab.vip, rounds, 2000, 2000].map(String);
  const asking = startProcess([process.execPath, TRAFFIC, ...words], { namespace: client.namespace });
  const { text } = await asking.waitFor(/^\{/, 600_000);
  await engine.stop();
  await server.stop();
  return JSON.parse(text) as Found;
}

async function byIpvs(rounds: number): Promise<Found> {
  const { output, files } = await runGuest({
    files: { 'hatop.conf': configuration('10.0.0.10', '10.0.0.11'), 'traffic.mjs': readFileSync(TRAFFIC, 'utf8') },
    script: `${LAN_SETUP}
on client sh -c 'echo 1024 65000 >/proc/sys/net/ipv4/ip_local_port_range'
ip netns exec one node traffic.mjs serve ${PORT} >served 2>&1 &
server=$!
until_true 30 grep -q listening served
ip netns exec director node ${HATOP[1]} run -f $JOB/hatop.conf --state-dir /run/state --socket /run/hatop.sock >hatop.log 2>&1 &
engine=$!
until_true 30 grep -q 'backup → master' hatop.log
on client node traffic.mjs ask ${PORT} 10.0.0.11 10.0.0.10 ${rounds} 200 200 >figures
kill $engine $server; wait $engine
`,
    timeoutMs: 550_000,
  });
  const figures = files.get('figures');
  if (!figures?.startsWith('{')) throw new Error(`the guest measured nothing:\n${output}\n${files.get('hatop.log')}`);
  return JSON.parse(figures) as Found;
}

function rowsOf(name: string, { direct, via }: Found): string[][] {
  const row = (path: string, of: Path): string[] => [
    `${name}, ${path}`,
    median(of.cps).toFixed(0),
    spread(of.connectUs, 0),
    spread(of.pingUs, 0),
  ];
  const ratio = (of: (path: Path) => number[]): string => (median(of(via)) / median(of(direct))).toFixed(2);
  const added = (of: (path: Path) => number[]): string => {
    const more = median(of(via)) - median(of(direct));
    return `${ratio(of)} (${more >= 0 ? '+' : ''}${more.toFixed(0)} µs)`;
  };
  return [
    row('direct', direct),
    row('through the director', via),
    [`${name}, ratio of medians`, ratio((p) => p.cps), added((p) => p.connectUs), added((p) => p.pingUs)],
  ];
}

async function main(rounds: number, here: boolean): Promise<void> {
  const rows: string[][] = [['path', 'connections/s', 'connect, µs', 'round trip, µs']];
  const lab = await buildLab();
  try {
    rows.push(...rowsOf('nftables', await byNftables(lab, rounds)));
  } finally {
    await lab.remove();
  }
  if (!here) rows.push(...rowsOf('IPVS (guest)', await byIpvs(rounds)));
  console.log(table(rows));
}

await main(Number(process.argv[2] ?? 9), process.argv[3] === 'here');
