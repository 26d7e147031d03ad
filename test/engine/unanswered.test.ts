/** Nothing that fails or stays unanswered keeps the desk busy for ever. */
import { expect, test } from 'vitest';
import { instant, wallTime } from '../../src/base/time.ts';
import { createOperationDesk, type DeskParts } from '../../src/engine/operations/desk.ts';
import { createReload, type ReloadParts } from '../../src/engine/reload/reload.ts';
import type { RouterReport } from '../../src/engine/router/messages.ts';
import { createOperations } from '../../src/engine/router/operations.ts';
import { runTogether } from '../../src/engine/router/together.ts';

const OPERATOR = { by: 'ann', sshServer: undefined };
const host = {
  clock: { now: () => instant(0), wall: () => wallTime(0) },
  alarms: {
    at: (_: unknown, ring: () => void) => {
      const timer = setTimeout(ring, 0);
      return () => clearTimeout(timer);
    },
  },
};

test('a reload that throws is over, and the next one is not refused', async () => {
  const plan = { verb: 'reload', target: 'configuration', title: 'Reload', checks: [], steps: [] };
  const busy: (string | undefined)[] = [];
  const reload = {
    plan: (_: unknown, busyWith: string | undefined) => {
      busy.push(busyWith);
      return { plan, next: {} };
    },
    run: () => Promise.reject(new Error('EIO')),
  };
  const parts = { reload, host, journal: { write: () => {} }, changed: () => {}, current: {}, board: {} };
  const desk = createOperationDesk(parts as unknown as DeskParts);
  const request = { verb: 'reload', target: 'configuration' } as const;
  await expect(desk.operate(request, OPERATOR)).rejects.toThrow('EIO');
  expect(desk.recent()).toMatchObject([{ verb: 'reload', result: 'INCOMPLETE' }]);
  await desk.plan(request, OPERATOR);
  expect(busy).toEqual([undefined, undefined]);
});

test('an examination that nobody answers is refused', async () => {
  const instance = { name: 'VI_1', family: 4, version: 2, interface: 'eth0', authentication: { type: 'none' } };
  const routers = { status: () => ({}), examine: () => new Promise(() => {}) };
  const current = { configuration: { instances: [instance], syncGroups: [] } };
  const peers = { fresh: async () => [], peers: () => [] };
  const desk = createOperationDesk({ routers, current, host, peers, board: {} } as unknown as DeskParts);
  const plan = desk.plan({ verb: 'failover', target: 'VI_1' }, OPERATOR);
  await expect(plan).rejects.toMatchObject({ exitCode: 18, message: expect.stringContaining('do not answer') });
});

test('an operation of an instance that is gone is answered', () => {
  const reports: RouterReport[] = [];
  const operations = createOperations(host as never, (report) => void reports.push(report));
  const groups = { together: (act: () => void) => act() } as never;
  runTogether([{ type: 'push', instance: 'VI_9', id: '1' }], () => undefined, host as never, groups, operations);
  expect(reports).toMatchObject([
    { type: 'operation', id: '1', outcome: { kind: 'refused', reason: 'no instance VI_9' } },
  ]);
});

test('while the routers change over, the plans of before are known beside the new', async () => {
  const [old] = [{ config: { name: 'VI_OLD' } }];
  const current = { configuration: {}, plans: [old] } as unknown as ReloadParts['current'];
  let during: readonly unknown[] = [];
  const routers = {
    reload: async () => {
      during = current.plans;
    },
    fresh: async () => {},
  };
  const changing = (): void => {};
  const parts = {
    file: 'f',
    current,
    routers,
    changing,
    tracks: () => undefined,
    board: { reload: () => {} },
    intents: {},
  };
  const next = { instances: [], syncGroups: [], bfdInstances: [], statics: { addresses: [], routing: [] } };
  const plan = { steps: [], target: 'configuration', predicted: {} };
  const reload = createReload(parts as unknown as ReloadParts);
  await reload.run(plan as never, next as never, { id: '1', wall: () => wallTime(0) });
  expect([during, current.plans]).toEqual([[old], []]);
});
