/** What is done between the two sides of an aimed push, and what becomes of it when one of them does not do its part. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { BoostAnswer, BoostRequest } from '../../src/control/boost.ts';
import { EngineError } from '../../src/control/link.ts';
import type { OperationResult } from '../../src/control/operations.ts';
import { type AimedContext, type AimedTarget, runAimed } from '../../src/engine/operations/aimed-run.ts';
import type { PeerLinks } from '../../src/engine/peers/peer-links.ts';

const REQUEST = { verb: 'failover', target: 'VI_1', to: 'n3', reason: 'kernel' } as const;
const TARGET: AimedTarget = {
  peer: 'n3',
  instances: [{ name: 'VI_1', vrid: 51, family: 4, address: '10.0.0.3', ownAddress: '10.0.0.1' }],
  patienceMs: 4500,
};
const done = (successor: string | undefined, result: OperationResult['result'] = 'OK'): OperationResult =>
  ({ result, text: 'pushed', ...(successor && { successors: { VI_1: successor } }) }) as unknown as OperationResult;

let did: string[];
let asked: BoostRequest[];
let answer: () => Promise<BoostAnswer>;
let linked: boolean;
let late: boolean;

beforeEach(() => {
  [did, asked, linked, late] = [[], [], true, false];
  answer = async () => ({ id: '7', instances: [{ name: 'VI_1', address: '10.0.0.3', hears: '10.0.0.1' }] });
});

const session = {
  boost(request: BoostRequest) {
    did.push('boost');
    asked.push(request);
    return answer();
  },
  release: async (id: string) => void did.push(`release ${id}`),
};
const context: AimedContext = {
  host: 'alpha',
  peers: { peers: () => [{ name: 'n3', session: linked ? session : undefined }] } as unknown as PeerLinks,
  step: () => {},
  inTime: (promise, words) => (late ? Promise.reject(new EngineError(words, 18)) : promise),
  refused: (text) => ({ result: 'REFUSED', text }) as OperationResult,
};
const run = (result: OperationResult, target: AimedTarget = TARGET): Promise<OperationResult> =>
  runAimed(REQUEST, target, context, async () => {
    did.push('push');
    return result;
  });

describe('an aimed push', () => {
  test('pushes when the chosen one is ready, and calls off what is left of it', async () => {
    expect(await run(done('10.0.0.3'))).toMatchObject({ result: 'OK', text: 'pushed' });
    expect(did).toEqual(['boost', 'push', 'release 7']);
    expect(asked).toEqual([
      {
        from: 'alpha',
        instances: [{ name: 'VI_1', vrid: 51, family: 4 }],
        withinMs: 7500,
        leaseMs: 1_800_000,
        reason: 'kernel',
      },
    ]);
  });

  test('is incomplete when somebody else came first, and says who', async () => {
    expect(await run(done('10.0.0.2'))).toMatchObject({
      result: 'INCOMPLETE',
      text: '10.0.0.2 came first, not n3: pushed',
    });
  });

  test('that rolled back is no more than that', async () => {
    expect(await run(done(undefined, 'ROLLED_BACK'))).toMatchObject({ result: 'ROLLED_BACK', text: 'pushed' });
    expect(did).toEqual(['boost', 'push', 'release 7']);
  });

  test('without a link to tell by only looks who came', async () => {
    const unlinked = { ...TARGET, peer: undefined };
    expect(await run(done('10.0.0.3'), unlinked)).toMatchObject({ result: 'OK' });
    expect(await run(done('10.0.0.2'), unlinked)).toMatchObject({ result: 'INCOMPLETE' });
    expect(did).toEqual(['push', 'push']);
  });
});

describe('nothing is pushed', () => {
  test('when the chosen one refuses', async () => {
    answer = () => Promise.reject(new EngineError('VI_1 is in fault: chk failed', 18));
    expect(await run(done('10.0.0.3'))).toMatchObject({
      result: 'REFUSED',
      text: 'n3 does not take over, so nothing was done: VI_1 is in fault: chk failed',
    });
    expect(did).toEqual(['boost']);
  });

  test('when it does not answer', async () => {
    late = true;
    expect(await run(done('10.0.0.3'))).toMatchObject({
      result: 'REFUSED',
      text: expect.stringContaining('does not answer'),
    });
    expect(did).toEqual(['boost']);
  });

  test('when it hears another master than us, and it is told so', async () => {
    answer = async () => ({ id: '7', instances: [{ name: 'VI_1', address: '10.0.0.3', hears: '10.0.0.9' }] });
    expect(await run(done('10.0.0.3'))).toMatchObject({
      result: 'REFUSED',
      text: 'n3 hears 10.0.0.9 as master, not this node: nothing was done',
    });
    expect(did).toEqual(['boost', 'release 7']);
  });

  test('when the link has gone meanwhile', async () => {
    linked = false;
    expect(await run(done('10.0.0.3'))).toMatchObject({
      result: 'REFUSED',
      text: 'the link to n3 is gone: nothing was done',
    });
    expect(did).toEqual([]);
  });
});
