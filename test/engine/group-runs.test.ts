/** What the intents of a group's members are when its hand-over has ended one way or another. */
import { expect, test } from 'vitest';
import { milliseconds, wallTime } from '../../src/base/time.ts';
import type { OperationRequest } from '../../src/control/operations.ts';
import { openIntents } from '../../src/engine/intents.ts';
import { planGroup } from '../../src/engine/operations/group-plans.ts';
import { runGroup } from '../../src/engine/operations/group-runs.ts';
import { planInstance } from '../../src/engine/operations/instance-plans.ts';
import { createSimStateFiles } from '../../src/sim/state-files.ts';
import type { OperationOutcome } from '../../src/vrrp/effect.ts';
import { examined, master } from './snapshots.ts';

const MEMBERS = ['INSIDE', 'OUTSIDE'];
const handedOver: OperationOutcome = { kind: 'handed-over', successor: '10.0.0.2' as never, took: milliseconds(609) };
const rolledBack: OperationOutcome = { kind: 'rolled-back', waited: milliseconds(4500) };

/** Runs it at two masters whose routers end it with `outcomes`; their intents while it went on, and after. */
async function run(request: OperationRequest, outcomes: readonly OperationOutcome[]) {
  const opened = openIntents(createSimStateFiles());
  if (!opened.ok) throw new Error(opened.error);
  const intents = opened.value;
  const admins = () => MEMBERS.map((name) => intents.instance(name)?.admin);
  let during: ReturnType<typeof admins> = [];
  const operateTogether = async () => {
    during = admins();
    return outcomes.map((outcome) => ({ outcome, measured: { takeOverMs: 600, gapMs: 4, noiseMs: 2 } }));
  };
  const plans = MEMBERS.map((name) => planInstance({ ...request, target: name }, examined(master({ name }))));
  const routers = { port: { send: () => {} }, operateTogether, fresh: async () => {} } as never;
  const context = { id: '1', by: 'ann', wall: () => wallTime(1_000_000), intents, routers, step: () => {} };
  await runGroup(request, planGroup(request, 'G', plans), context);
  return { during, after: admins() };
}

test.each<[Partial<OperationRequest>, OperationOutcome[], (string | undefined)[]]>([
  [{}, [handedOver, handedOver], ['maintenance', 'maintenance']],
  [{}, [handedOver, rolledBack], ['standby', undefined]],
  [{}, [rolledBack, rolledBack], [undefined, undefined]],
  [{ force: true }, [rolledBack, rolledBack], ['maintenance', 'maintenance']],
])('maintenance %j: %j', async (more, outcomes, after) => {
  const request: OperationRequest = { verb: 'maintenance', target: 'G', reason: 'kernel', ...more };
  expect(await run(request, outcomes)).toEqual({ during: ['standby', 'standby'], after });
});

test('force keeps no standby that a failover rolled back', async () => {
  const request: OperationRequest = { verb: 'failover', target: 'G', force: true };
  expect((await run(request, [rolledBack, rolledBack])).after).toEqual([undefined, undefined]);
});
