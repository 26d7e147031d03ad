/** Runs in the guest: puts the services of a keepalived.conf into the kernel's table, without an engine. */
import { readFileSync } from 'node:fs';
import { ok } from '../../src/base/result.ts';
import { loadConfiguration } from '../../src/conf/load.ts';
import { destinationSpec, serviceSpecs } from '../../src/engine/assemble.ts';
import { diff } from '../../src/ipvs/reconcile.ts';
import { openIpvsTable } from '../../src/linux/ipvs-table.ts';

const [path = ''] = process.argv.slice(2);
const { configuration, diagnostics } = loadConfiguration(path, (file) => ok(readFileSync(file, 'utf8')));
for (const { severity, message } of diagnostics) if (severity === 'error') console.error(`${severity}: ${message}`);

const desired = configuration.virtualServers.flatMap((server) =>
  serviceSpecs(server).map((spec) => ({
    ...spec,
    destinations: server.realServers.map((real) => destinationSpec(real, spec, real.weight)),
  })),
);
const table = openIpvsTable();
const dump = table.dump();
if (!dump.ok) throw new Error(`${table.reason}`);
for (const result of table.apply(diff(desired, dump.value, new Set()))) {
  if (!result.ok) console.error(`${result.error.what}: ${result.error.code}`);
}
table.close();
