import { describe, expect, test } from 'vitest';
import { milliseconds, wallTime } from '../../src/base/time.ts';
import type { OperationRequest } from '../../src/control/operations.ts';
import { type InstanceIntent, openIntents } from '../../src/engine/intents.ts';
import { planInstance } from '../../src/engine/operations/instance-plans.ts';
import { runInstance } from '../../src/engine/operations/instance-runs.ts';
import type { RouterCommand } from '../../src/engine/router/messages.ts';
import { createSimStateFiles } from '../../src/sim/state-files.ts';
import type { OperationOutcome } from '../../src/vrrp/effect.ts';
import { examined, instance, master, masterOf } from './snapshots.ts';

const STANDBY: InstanceIntent = { admin: 'standby', leaseEndsAt: 5000, reason: 'kernel', by: 'ann' };
const NOW = wallTime(1_000_000);

/** Runs `verb` at an instance in `snapshot` whose routers end it with `outcome`. */
async function run(
  verb: OperationRequest['verb'],
  snapshot: ReturnType<typeof instance>,
  outcome: OperationOutcome,
  { before, broken, force }: { readonly before?: InstanceIntent; readonly broken?: boolean; force?: boolean } = {},
) {
  const files = createSimStateFiles();
  const opened = openIntents(files);
  if (!opened.ok) throw new Error(opened.error);
  const intents = opened.value;
  if (before) intents.setInstance('VI_1', before);
  if (broken) files.breakWith('ENOSPC');
  const commands: RouterCommand['type'][] = [];
  let intentThen: string | undefined;
  const operate = async (command: RouterCommand) => {
    commands.push(command.type);
    intentThen = intents.instance('VI_1')?.admin;
    return { outcome, measured: { takeOverMs: 600, gapMs: 4, noiseMs: 2 } };
  };
  const port = { send: (command: RouterCommand) => void commands.push(command.type), listen: () => {} };
  const request: OperationRequest = { verb, target: 'VI_1', ...(force ? { force } : {}) };
  const result = await runInstance(request, planInstance(request, examined(snapshot)), {
    id: '1',
    by: 'ann',
    wall: () => NOW,
    intents,
    routers: { port, operate, fresh: async () => {} } as never,
    step: () => {},
  });
  return { result: result.result, text: result.text, commands, intentThen, intent: intents.instance('VI_1') };
}

const handedOver: OperationOutcome = { kind: 'handed-over', successor: '10.0.0.2' as never, took: milliseconds(609) };
const rolledBack: OperationOutcome = { kind: 'rolled-back', waited: milliseconds(4500) };
const refused: OperationOutcome = { kind: 'refused', reason: '10.0.0.2 would not yield' };
const below = instance({ master: masterOf(50) });

describe('the intent of a hand-over', () => {
  test('is on disk before anything is sent, leased, and stays', async () => {
    const run1 = await run('failover', master(), handedOver);
    expect(run1).toMatchObject({ result: 'OK', commands: ['push'], intentThen: 'standby' });
    expect(run1.intent).toEqual({ admin: 'standby', leaseEndsAt: NOW + 30 * 60_000, reason: '', by: 'ann' });
    expect(run1.text).toBe('10.0.0.2 is master of VI_1 after 609.0 ms, gap 4.0 ms; this node is in standby');
  });

  test('is what it was before where nobody came', async () => {
    expect(await run('failover', master(), rolledBack)).toMatchObject({ result: 'ROLLED_BACK', intent: undefined });
    expect((await run('failover', master(), rolledBack, { before: STANDBY })).intent).toEqual(STANDBY);
  });

  test('that cannot be stored: nothing is sent', async () => {
    const full = await run('failover', master(), handedOver, { broken: true });
    expect(full).toMatchObject({ result: 'REFUSED', commands: [] });
    expect(full.text).toContain('ENOSPC');
  });
});

describe('the intent of a maintenance', () => {
  test('is a leased standby until somebody else serves: killed before, this node serves again', async () => {
    const moved = await run('maintenance', master(), handedOver);
    expect(moved).toMatchObject({ result: 'OK', commands: ['push', 'admin'], intentThen: 'standby' });
    expect(moved.intent).toMatchObject({ admin: 'maintenance', leaseEndsAt: null });
  });

  test('where nobody came is what it was, or maintenance where that was forced', async () => {
    expect((await run('maintenance', master(), rolledBack, { before: STANDBY })).intent).toEqual(STANDBY);
    const forced = await run('maintenance', master(), rolledBack, { force: true });
    expect(forced).toMatchObject({ result: 'OK_WITH_WARNINGS', intentThen: 'standby' });
    expect(forced.intent?.admin).toBe('maintenance');
  });
});

describe('the intent of a take-over', () => {
  const tookOver: OperationOutcome = { kind: 'took-over' };

  test('pinned is stored, failback clears', async () => {
    const pinned = await run('failover', instance({ master: masterOf(150) }), tookOver);
    expect(pinned).toMatchObject({ result: 'OK', commands: ['take-over'], intentThen: 'pinned' });
    expect(pinned.intent?.admin).toBe('pinned');
    expect(await run('failback', below, tookOver, { before: STANDBY })).toMatchObject({
      result: 'OK',
      intent: undefined,
    });
  });

  test.each<['failover' | 'failback', ReturnType<typeof instance>]>([
    ['failover', instance({ master: masterOf(150) })],
    ['failback', below],
  ])('of a %s that the instance refuses is what it was before, and so is the mode', async (verb, snapshot) => {
    const outcome = await run(verb, snapshot, refused, { before: STANDBY });
    expect(outcome).toMatchObject({ result: 'REFUSED', commands: ['take-over'], text: '10.0.0.2 would not yield' });
    expect(outcome.intent).toEqual(STANDBY);
  });
});

test('standby and activate change the mode, after the intent', async () => {
  expect(await run('standby', instance(), refused)).toMatchObject({ result: 'OK', commands: ['admin'] });
  expect((await run('activate', instance(), refused, { before: STANDBY })).intent).toBeUndefined();
  expect(await run('standby', instance(), refused, { broken: true })).toMatchObject({
    result: 'REFUSED',
    commands: [],
  });
});
