/**
 * Runs in the guest: the LVS-DR pair, its client and its real servers, through one course of events; writes a
 * PairRecord to record.json. HATOP_BIN is the built program.
 * node pair.mjs STACK_A STACK_B
 */
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { batch } from '../../src/lab/namespaces.ts';
import type { Stack } from '../interop/director.ts';
import { answers, ask, bothHave, directorOf, lab, leave, operate, recorder, serve, settled } from './guest-pair-lab.ts';
import { INTERVAL_MS, PATIENCE_MS, type PairRecord } from './pair-record.ts';

const [stackA, stackB] = process.argv.slice(2) as [Stack, Stack];
const a = directorOf('a', stackA);
const b = directorOf('b', stackB);
const { steps, step } = recorder(a, b);
await serve('s1');
let second = await serve('s2');

const shares: Record<string, number> = {};
await step('both start', async () => {
  await Promise.all([a.start(), b.start()]);
  await settled('a');
  await bothHave(2);
  const forty = await answers(ask(20, PATIENCE_MS, 40));
  for (const who of forty.map(({ by, failure }) => by ?? String(failure))) shares[who] = (shares[who] ?? 0) + 1;
});

const client = ask(INTERVAL_MS, PATIENCE_MS);
await client.waitFor(/asking/);
await step('nothing happens', () => sleep(1000));

await step('A is stopped', async () => {
  await a.stop();
  await settled('b');
});
await step('A starts, takes it back', async () => {
  await a.start();
  await settled('a');
});
await step('A is killed, its VIP flushed', async () => {
  await a.crash();
  await batch(a.namespace, [`address flush dev ${lab.interface} to ${lab.vip}`]);
  await settled('b');
});
await step('A starts again, takes it back', async () => {
  await a.start();
  await settled('a');
  await bothHave(2);
});
if (stackA === 'hatop') {
  await step('failover', async () => {
    const words = await operate(a, 'failover', 'VI_1');
    await settled('b');
    return words;
  });
}

// Whichever hatop is backup now. Its table shall differ from the peer's.
const backup = stackA === 'hatop' ? a : b;
await step('drain on the backup', () => operate(backup, 'drain', lab.nodes.s2.address));
await step('the backup is killed and starts', async () => {
  await backup.crash();
  await backup.start();
  // Checks have come and gone, and the table has been read again.
  await sleep(3000);
});
await step('enable on the backup', () => operate(backup, 'enable', lab.nodes.s2.address));

if (stackA === 'hatop') {
  await step('failback', async () => {
    const words = await operate(a, 'failback', 'VI_1');
    await settled('a');
    return words;
  });
}
await step('a server stops while A gives up', async () => {
  const [words] = await Promise.all([stackA === 'hatop' ? operate(a, 'failover', 'VI_1') : a.stop(), second.stop()]);
  await settled('b');
  if (stackA !== 'hatop') {
    await a.start();
    await settled('a');
  }
  await bothHave(1);
  return words;
});
await step('the server is back', async () => {
  second = await serve('s2');
  await bothHave(2);
});
client.endInput();
const requests = await answers(client);
await step('both are stopped', () => Promise.all([a.stop(), b.stop()]).then(() => undefined));

const record: PairRecord = { stacks: { a: stackA, b: stackB }, shares, steps, requests };
writeFileSync('record.json', JSON.stringify(record));
await leave();
