/** Drains that end: offline, a deadline with its policy, kick. A whole engine in simulated time. */
import { expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { err } from '../../src/base/result.ts';
import { seconds } from '../../src/base/time.ts';
import type { OperationRequest } from '../../src/control/operations.ts';
import { osError } from '../../src/ports/os-error.ts';
import { lab, type Pair, settle, startPair } from './support.ts';

const s1 = lab.nodes.s1.address;
const s2 = lab.nodes.s2.address;
const service = { address: lab.vip, port: 80, protocol: 'tcp' as const };

const kernel = ({ a }: Pair) => {
  const dump = a.table.dump();
  if (!dump.ok) throw new Error('no table');
  return Object.fromEntries(dump.value[0]?.destinations.map((d) => [d.address, d.weight]) ?? []);
};
const shown = ({ a }: Pair) => a.engine.snapshot().services[0]?.realServers.find(({ address }) => address === s1);
const operate = (pair: Pair, request: Partial<OperationRequest>) =>
  settle(pair.world, pair.a.link().operate({ verb: 'offline', target: s1, ...request }));

/** A client's connection to the first server. */
function connection({ a }: Pair) {
  for (let port = 20_000; port < 20_010; port++) {
    const made = a.table.connect(service, { address: ip('10.77.0.99'), port });
    if (made?.destination.address === s1) return made;
    made?.close();
  }
  throw new Error('the first server got no connection');
}

test('offline drains first: out of the table only when its last connection has ended', async () => {
  const pair = await startPair({ services: true });
  const held = connection(pair);
  expect((await operate(pair, {})).result).toBe('OK');
  pair.world.run(seconds(60));
  expect(kernel(pair)).toEqual({ [s1]: 0, [s2]: 1 });
  expect(held.alive()).toBe(true);
  expect(shown(pair)?.drain?.why).toBe('1 open connection: its client ends it');
  held.close();
  pair.world.run(seconds(110));
  expect(shown(pair)?.drain?.etaMs).toBeGreaterThan(0);
  expect(kernel(pair)).toEqual({ [s1]: 0, [s2]: 1 });
  pair.world.run(seconds(20));
  expect(kernel(pair)).toEqual({ [s2]: 1 });
  expect(shown(pair)).toMatchObject({ admin: 'offline', weight: { effective: 0, kernel: null } });
  await operate(pair, { verb: 'enable' });
  expect(kernel(pair)).toEqual({ [s1]: 3, [s2]: 1 });
});

test('at the deadline: keep leaves what is left, force takes the server out', async () => {
  const pair = await startPair({ services: true });
  const held = connection(pair);
  await operate(pair, { verb: 'drain', timeoutMs: 30_000 });
  expect(shown(pair)?.drain?.why).toMatch(/; from \S+Z on left as it is$/);
  pair.world.run(seconds(60));
  expect([kernel(pair)[s1], held.alive()]).toEqual([0, true]);
  await operate(pair, { verb: 'enable' });
  await operate(pair, { verb: 'drain', timeoutMs: 30_000, onTimeout: 'force' });
  pair.world.run(seconds(25));
  expect([kernel(pair)[s1], held.alive()]).toEqual([0, true]);
  pair.world.run(seconds(10));
  expect([kernel(pair)[s1], held.alive()]).toEqual([undefined, false]);
  expect(shown(pair)?.admin).toBe('drain');
});

test('a kick needs a drain before it, and a reason', async () => {
  const pair = await startPair({ services: true });
  const held = connection(pair);
  const refused = async (words: string, request: Partial<OperationRequest>) =>
    expect(operate(pair, { verb: 'kick', ...request })).rejects.toMatchObject({
      exitCode: 18,
      message: expect.stringContaining(words),
    });
  await refused('is not drained', { reason: 'it must go' });
  await operate(pair, { verb: 'drain' });
  await refused('--reason', {});
  expect([kernel(pair)[s1], held.alive()]).toEqual([0, true]);
  const plan = await pair.a.link().plan({ verb: 'kick', target: s1, reason: 'it must go' });
  expect(plan.checks.map(({ level, text }) => `${level} ${text}`)).toEqual([
    expect.stringMatching(/^WARN .*: 1 active, \d+ inactive, 0 persistent connections of .*:80 end$/),
  ]);
  await operate(pair, { verb: 'kick', reason: 'it must go' });
  expect([kernel(pair)[s1], held.alive()]).toEqual([undefined, false]);
});

test('the last server cannot go offline; a policy without a time is refused; a weight set meanwhile changes neither', async () => {
  const pair = await startPair({ services: true });
  await operate(pair, { timeoutMs: 3_600_000, onTimeout: 'force' });
  await operate(pair, { verb: 'weight', value: '9' });
  expect(shown(pair)?.drain?.why).toContain('on out of the table');
  await expect(operate(pair, { target: s2 })).rejects.toMatchObject({
    exitCode: 18,
    message: expect.stringContaining('last server'),
  });
  const policyAlone = pair.a.link().plan({ verb: 'drain', target: s2, onTimeout: 'force' });
  await expect(policyAlone).rejects.toMatchObject({ exitCode: 2 });
  const plan = await pair.a.link().plan({ verb: 'offline', target: s1, timeoutMs: 90_000, onTimeout: 'force' });
  expect(plan.command).toBe(`hatop offline ${s1} --timeout 90s --on-timeout force --yes`);
});

test('offline does not believe counts that no look has made anew', async () => {
  const pair = await startPair({ services: true });
  let anew = false;
  Object.assign(pair.a.table, { countedAnew: () => anew });
  await operate(pair, {});
  pair.world.run(seconds(200));
  expect(kernel(pair)).toEqual({ [s1]: 0, [s2]: 1 });
  anew = true;
  pair.world.run(seconds(5));
  expect(kernel(pair)).toEqual({ [s2]: 1 });
});

test('a table that cannot be read ends no drain, and what is asked of it is not done', async () => {
  const pair = await startPair({ services: true });
  const { dump } = pair.a.table;
  const unreadable = { dump: () => err(osError('EIO', 'list')) };
  Object.assign(pair.a.table, unreadable);
  const result = await operate(pair, {});
  expect(result.result).toBe('INCOMPLETE');
  expect(result.text).toMatch(/the table cannot be read/);
  pair.world.run(seconds(60));
  expect(shown(pair)?.drain).not.toBeNull();
  Object.assign(pair.a.table, { dump });
  pair.world.run(seconds(1));
  expect(kernel(pair)).toEqual({ [s1]: 0, [s2]: 1 });
});
