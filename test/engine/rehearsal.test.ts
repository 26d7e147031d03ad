import { expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { ok } from '../../src/base/result.ts';
import { seconds } from '../../src/base/time.ts';
import { loadConfiguration } from '../../src/conf/load.ts';
import { routerPlans } from '../../src/engine/assemble.ts';
import { openIntents } from '../../src/engine/intents.ts';
import type { RouterPlan, RouterReport } from '../../src/engine/router/messages.ts';
import { rehearse } from '../../src/engine/router/rehearsal.ts';
import { guardedServiceConf } from '../../src/lab/configurations.ts';
import { createSimStateFiles } from '../../src/sim/state-files.ts';
import type { Traced } from '../../src/sim/trace.ts';
import { createWorld } from '../../src/sim/world.ts';
import { lab } from './support.ts';

function plansOf(name: 'a' | 'b', settings: Parameters<typeof guardedServiceConf>[2] = {}): RouterPlan[] {
  const { configuration } = loadConfiguration('a.conf', () => ok(guardedServiceConf(lab, name, settings)));
  const intents = openIntents(createSimStateFiles());
  if (!intents.ok) throw new Error(intents.error);
  return routerPlans(configuration, intents.value);
}

function rehearsalOf(plans: readonly RouterPlan[]) {
  const world = createWorld({ seed: 1 });
  const node = world.addNode({ name: 'a', interfaces: [{ name: 'eth0', address: ip('10.77.0.1'), prefix: 24 }] });
  const seen: Traced[] = [];
  const said: RouterReport[] = [];
  world.observe((happening) => seen.push(happening));
  const addresses = node.addresses();
  rehearse(plans, node.host, (report) => said.push(report));
  world.run(seconds(60));
  const transitions = said.flatMap((report) =>
    report.type === 'journal' && report.entry.kind === 'transition' ? [report.entry.text.split(':')[0]] : [],
  );
  const troubles = said.flatMap((report) =>
    report.type === 'journal' && report.entry.severity !== 'info' ? [report.entry.text] : [],
  );
  return { node, seen, addresses, transitions, troubles };
}

test.each([
  { name: 'a', settings: {} },
  { name: 'b', settings: { nopreempt: ['b'] } },
  { name: 'a', settings: { checkScript: () => '/bin/true', adverInterval: 1 } },
] as const)('elections are won and lost, and the machine and the LAN see nothing: $name $settings', (of) => {
  const { node, seen, addresses, transitions, troubles } = rehearsalOf(plansOf(of.name, of.settings));
  expect(transitions.filter((text) => text === 'backup → master').length).toBeGreaterThan(50);
  expect(transitions.filter((text) => text === 'master → backup').length).toBeGreaterThan(50);
  expect(troubles).toEqual([]);
  expect(seen).toEqual([]);
  expect(node.addresses()).toEqual(addresses);
  expect(node.groups()).toEqual([]);
});

test('without an instance there is nothing to rehearse', () => {
  expect(rehearsalOf([]).transitions).toEqual([]);
});
