/** Every kind of check against servers that behave and that do not: what `hatop run` thinks, and keepalived 2.2.7 beside it. */
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startProcess } from '../../src/lab/process.ts';
import { certificate } from '../linux/certificate.ts';
import { poll } from '../poll.ts';
import { addressOf, CASES, checkConfiguration, checkServers } from './check-cases.ts';
import { startKeepalivedCheckers } from './keepalived-checkers.ts';
import { type Machine, machine } from './run-support.ts';

/** The same servers on the loopback of either machine. */
async function withServers(): Promise<Machine> {
  const there = await machine(onTestFinished);
  const argv = [process.execPath, join(import.meta.dirname, 'check-servers.mjs')];
  const words = [JSON.stringify(checkServers()), JSON.stringify(certificate)];
  const servers = startProcess([...argv, ...words], { namespace: there.namespace });
  onTestFinished(() => void servers.stop());
  await servers.waitFor(/ready/, 30_000);
  return there;
}

test('servers that hang, lie, trickle, flood, reset, redirect, present a bad certificate', async () => {
  const [ours, theirs] = await Promise.all([withServers(), withServers()]);
  const engine = ours.run({ conf: checkConfiguration() });
  const keepalived = startKeepalivedCheckers(theirs.namespace, theirs.folder, checkConfiguration());
  onTestFinished(() => void keepalived.process.stop());
  await engine.waitFor(/control socket/, 30_000);

  const servers = async () => (await ours.status()).services[0]?.realServers ?? [];
  const expected = CASES.map(({ name, up }) => `${name}: ${up ? 'up' : 'down'}`);
  const seen = async () => {
    const all = await servers();
    return CASES.map(({ name }, i) => `${name}: ${all.find(({ address }) => address === addressOf(i))?.health}`);
  };
  await poll(seen, { timeout: 60_000, interval: 500 }).toEqual(expected);

  // Each with its reason: in the end, for on a busy machine a check may be late once.
  const reasons = async () => {
    const all = await servers();
    return CASES.map(({ name, reason }, i) => {
      const said = all[i]?.reason ?? '';
      return reason.test(said) ? `${name}: as expected` : `${name}: ${said}`;
    });
  };
  await poll(reasons, { timeout: 30_000, interval: 500 }).toEqual(CASES.map(({ name }) => `${name}: as expected`));
  const all = await servers();
  expect(all[CASES.findIndex(({ name }) => name === 'script weighs')]?.weight).toMatchObject({ effective: 10 });

  const judged = (): string[] => CASES.map(({ name }, i) => `${name}: ${keepalived.verdict(addressOf(i))}`);
  const theirsExpected = CASES.map(
    ({ name, up, undecided }) => `${name}: ${undecided ? undefined : up ? 'up' : 'down'}`,
  );
  await poll(judged, { timeout: 60_000, interval: 500 }).toEqual(theirsExpected);
}, 180_000);
