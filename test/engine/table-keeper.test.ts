/** Which services are ours, over reloads. */
import { expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { type Instant, seconds } from '../../src/base/time.ts';
import { createTableKeeper } from '../../src/engine/services/table-keeper.ts';
import { type DesiredService, serviceName } from '../../src/ipvs/types.ts';
import type { ServiceHost } from '../../src/ports/host.ts';
import type { IpvsTable } from '../../src/ports/ipvs-table.ts';
import { createSimIpvsTable } from '../../src/sim/ipvs-table.ts';
import { createSimStateFiles } from '../../src/sim/state-files.ts';

const web: DesiredService = { address: ip('10.0.0.100'), port: 80, protocol: 'tcp', scheduler: 'rr', destinations: [] };
const mail: DesiredService = { ...web, port: 25 };

function keeper(wanted: { now: readonly DesiredService[] }, own: Partial<IpvsTable> = {}) {
  const clock = { now: () => seconds(0) as unknown as Instant };
  const table = { ...createSimIpvsTable(clock), ...own };
  const files = createSimStateFiles();
  const host = { table, files, clock } as unknown as ServiceHost;
  const said: string[] = [];
  const made = createTableKeeper(
    host,
    () => wanted.now,
    (text) => said.push(text),
    () => {},
  );
  const there = (): string[] => {
    const dump = table.dump();
    return dump.ok ? dump.value.map(serviceName) : [];
  };
  return { table, made, there, said };
}

test('a service that a reload has removed is no longer ours: a foreign one of its name stays', () => {
  const wanted = { now: [web, mail] };
  const { table, made, there } = keeper(wanted);
  expect(made.settle()).toEqual([]);
  wanted.now = [web];
  made.settle();
  expect(there()).toEqual(['10.0.0.100:80/tcp']);
  table.apply([{ kind: 'add-service', service: mail }]);
  made.settle();
  expect(there()).toEqual(['10.0.0.100:80/tcp', '10.0.0.100:25/tcp']);
});

test('what the data plane puts in the place of a scheduler is said once for each service', () => {
  const wanted = { now: [web] };
  const { made, said } = keeper(wanted, { instead: () => 'wrr takes its place' });
  made.settle();
  made.settle();
  wanted.now = [web, mail];
  made.settle();
  expect(said).toEqual(['10.0.0.100:80/tcp: wrr takes its place', '10.0.0.100:25/tcp: wrr takes its place']);
});
