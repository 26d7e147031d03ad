/**
 * How long a table takes for what an operator and the checks do with it, with few destinations and with many: nftables in
 * a network namespace of this machine, IPVS in the kernel tier's guest. Needs root, and user-mode-linux for IPVS. Argument:
 * "here" to leave the guest out; the other one is what this program calls itself with.
 */
import { fileURLToPath } from 'node:url';
import { type IpAddress, ip } from '../../src/base/ip.ts';
import type { DestinationSpec, ServiceSpec } from '../../src/ipvs/types.ts';
import { batch, buildLab } from '../../src/lab/namespaces.ts';
import { startProcess } from '../../src/lab/process.ts';
import { openIpvsTable } from '../../src/linux/ipvs-table.ts';
import { openNftTable } from '../../src/linux/nft-table.ts';
import type { IpvsTable, TableOperation } from '../../src/ports/ipvs-table.ts';
import { runGuest } from '../kernel/uml.ts';
import { table as rendered, spread } from './figures.ts';

const TRIALS = 21;
const VIP = ip('10.77.0.100');
const service: ServiceSpec = { address: VIP, port: 80, protocol: 'tcp', scheduler: 'wrr' };

interface Updates {
  readonly destinations: number;
  readonly fillMs: number;
  readonly weightMs: readonly number[];
  readonly leaveMs: readonly number[];
  readonly dumpMs: readonly number[];
}

const destination = (n: number): DestinationSpec => ({
  address: ip(`10.77.${1 + Math.floor(n / 250)}.${1 + (n % 250)}`) as IpAddress,
  port: 80,
  weight: 1 + (n % 4),
  method: 'DR',
});

function timed(action: () => void): number {
  const began = performance.now();
  action();
  return performance.now() - began;
}

const times = (action: (trial: number) => void): number[] =>
  Array.from({ length: TRIALS }, (_, trial) => timed(() => action(trial)));

function apply(table: IpvsTable, operations: readonly TableOperation[]): void {
  for (const result of table.apply(operations)) {
    if (!result.ok) throw new Error(`${result.error.what}: ${result.error.code}`);
  }
}

function measure(table: IpvsTable, destinations: number): Updates {
  const all = Array.from({ length: destinations }, (_, n) => destination(n));
  apply(table, [{ kind: 'add-service', service }]);
  const fillMs = timed(() => {
    const adds = all.map((one): TableOperation => ({ kind: 'add-destination', service, destination: one }));
    apply(table, adds);
  });
  const first = destination(0);
  const weightMs = times((trial) => {
    apply(table, [{ kind: 'edit-destination', service, destination: { ...first, weight: 2 + (trial % 3) } }]);
  });
  const leaveMs = times(() => {
    apply(table, [{ kind: 'delete-destination', service, destination: first }]);
    apply(table, [{ kind: 'add-destination', service, destination: first }]);
  });
  const dumpMs = times(() => {
    const dump = table.dump();
    if (!dump.ok || dump.value[0]?.destinations.length !== destinations)
      throw new Error('the dump is not what was put');
  });
  apply(table, [{ kind: 'delete-service', service }]);
  return { destinations, fillMs, weightMs, leaveMs, dumpMs };
}

function measureAll(table: IpvsTable): void {
  if (table.kind === 'none') throw new Error(table.reason);
  console.log(JSON.stringify([2, 100, 1000].map((destinations) => measure(table, destinations))));
  table.close();
}

const SELF = fileURLToPath(import.meta.url);

async function inGuest(): Promise<Updates[]> {
  const { output } = await runGuest({ script: `node ${SELF} ipvs` });
  return JSON.parse(output) as Updates[];
}

async function inNamespace(): Promise<Updates[]> {
  const lab = await buildLab();
  try {
    const { namespace } = lab.nodes.a;
    // A thousand neighbours.
    await batch(namespace, [`address add 10.77.250.1/16 dev ${lab.interface}`]);
    const measuring = startProcess([process.execPath, SELF, 'nftables'], { namespace });
    return JSON.parse((await measuring.waitFor(/^\[/, 300_000)).text) as Updates[];
  } finally {
    await lab.remove();
  }
}

const rows = (name: string, found: readonly Updates[]): string[][] =>
  found.map(({ destinations, fillMs, weightMs, leaveMs, dumpMs }) => [
    name,
    `${destinations}`,
    fillMs.toFixed(1),
    ...[weightMs, leaveMs, dumpMs].map((values) => spread(values)),
  ]);

async function main(guest: boolean): Promise<void> {
  const head = ['table', 'destinations', 'fill, ms', 'one weight, ms', 'one leaves and returns, ms', 'dump, ms'];
  const all = [head, ...rows('nftables', await inNamespace())];
  if (guest) all.push(...rows('IPVS (guest)', await inGuest()));
  console.log(rendered(all));
}

const [what] = process.argv.slice(2);
if (what === 'ipvs') measureAll(openIpvsTable());
else if (what === 'nftables') measureAll(openNftTable());
else await main(what !== 'here');
