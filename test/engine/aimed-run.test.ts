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
let theirs: string;
let releases: boolean;

beforeEach(() => {
  [did, asked, linked, late] = [[], [], true, false];
  [theirs, releases] = ['backup', true];
  answer = async () => ({ id: '7', instances: [{ name: 'VI_1', address: '10.0.0.3', hears: '10.0.0.1' }] });
});

const session = {
  boost(request: BoostRequest) {
    did.push('boost');
    asked.push(request);
    return answer();
  },
  async release(id: string) {
    did.push(`release ${id}`);
    if (!releases) throw new EngineError('the stream has ended', 3);
  },
};
const peers = () => [
  {
    name: 'n3',
    session: linked ? session : undefined,
    snapshot: { instances: [{ name: 'VI_1', vrid: 51, family: 4, state: theirs }] },
  },
];
const context: AimedContext = {
  host: 'alpha',
  peers: { peers: () => peers(), fresh: async () => peers() } as unknown as PeerLinks,
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
  test('pushes when the chosen one is ready, and what it has taken stays pinned there', async () => {
    expect(await run(done('10.0.0.3'))).toMatchObject({ result: 'OK', text: 'pushed' });
    expect(did).toEqual(['boost', 'push']);
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
    expect(did).toEqual(['boost', 'push', 'release 7']);
  });

  test('that rolled back is no more than that', async () => {
    expect(await run(done(undefined, 'ROLLED_BACK'))).toMatchObject({ result: 'ROLLED_BACK', text: 'pushed' });
    expect(did).toEqual(['boost', 'push', 'release 7']);
  });

  test('is incomplete when the chosen one is master unheard', async () => {
    theirs = 'master';
    expect(await run(done(undefined, 'ROLLED_BACK'))).toMatchObject({
      result: 'INCOMPLETE',
      text: expect.stringMatching(/^pushed; n3 took VI_1 over, but its adverts do not come here.* told to give way$/),
    });
    expect(did).toEqual(['boost', 'push', 'release 7']);
  });

  test('says what to do where the chosen one cannot be told that it is over', async () => {
    releases = false;
    expect(await run(done(undefined, 'ROLLED_BACK'))).toMatchObject({
      result: 'ROLLED_BACK',
      text: 'pushed; n3 could not be told to give way: should it be master, hatop unpin there',
    });
  });

  test('that breaks is called off too', async () => {
    const broken = runAimed(REQUEST, TARGET, context, () => Promise.reject(new Error('the reactor has ended')));
    await expect(broken).rejects.toThrow('the reactor has ended');
    expect(did).toEqual(['boost', 'release 7']);
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
    let resolve: (ready: BoostAnswer) => void = () => {};
    answer = () =>
      new Promise((done) => {
        resolve = done;
      });
    expect(await run(done('10.0.0.3'))).toMatchObject({
      result: 'REFUSED',
      text: 'n3 did not say that it takes over, so nothing was pushed: it does not answer; if it was told, it waits with priority 254, up to 8 s',
    });
    expect(did).toEqual(['boost']);
    resolve({ id: '8', instances: [] });
    await expect.poll(() => did).toEqual(['boost', 'release 8']);
  });

  test('when the link ends before its answer: it may have been told', async () => {
    answer = () => Promise.reject(new EngineError('the stream has ended', 3));
    expect(await run(done('10.0.0.3'))).toMatchObject({
      result: 'REFUSED',
      text: expect.stringContaining('the stream has ended; if it was told, it waits with priority 254, up to 8 s'),
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
