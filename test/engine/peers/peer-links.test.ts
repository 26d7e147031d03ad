/** Links in simulated time, with doors that a test opens and shuts. */
import { beforeEach, describe, expect, test } from 'vitest';
import { milliseconds } from '../../../src/base/time.ts';
import { EngineError } from '../../../src/control/link.ts';
import type { Snapshot } from '../../../src/control/snapshot.ts';
import { createJournal } from '../../../src/engine/journal.ts';
import type { PeerDoor } from '../../../src/engine/peers/peer-door.ts';
import { createPeerLinks, type PeerLinks } from '../../../src/engine/peers/peer-links.ts';
import { createSimStateFiles } from '../../../src/sim/state-files.ts';
import { createWorld, type World } from '../../../src/sim/world.ts';

let world: World;
let links: PeerLinks;
let answer: () => Promise<Snapshot>;
let ended: (reason: string) => void;
let opened: number;
let closed: number;
let asked: number;
let noMore: boolean;
let lines: string[];

const theirs = (): Snapshot =>
  ({
    schemaVersion: 1,
    host: 'beta',
    takenAt: new Date(world.clock.wall() + 4000).toISOString(),
    engine: { version: '9' },
    dataPlane: 'none',
    dataPlaneReason: null,
    instances: [INSTANCE],
    services: [],
  }) as unknown as Snapshot;
const INSTANCE = {
  name: 'VI_1',
  state: 'backup',
  admin: 'active',
  vrid: 51,
  interface: 'eth0',
  family: 4,
  version: 3,
  priority: { base: 100, effective: 100, terms: [] },
  preempt: true,
  master: null,
  virtualAddresses: [],
  faults: [],
  adverIntervalMs: 1000,
};

beforeEach(() => {
  world = createWorld({ seed: 1 });
  [opened, closed, asked, lines] = [0, 0, 0, []];
  noMore = false;
  answer = async () => theirs();
  const door: PeerDoor = {
    name: 'n2',
    where: 'ssh n2',
    open(end) {
      opened++;
      ended = end;
      if (noMore) throw new Error('spawn ssh EAGAIN');
      return {
        snapshot() {
          asked++;
          return answer();
        },
        boost: () => Promise.reject(new Error('not asked')),
        release: async () => {},
        close: () => void closed++,
      };
    },
  };
  const journal = createJournal(createSimStateFiles(), () => {});
  journal.watch(({ severity, text }) => lines.push(`${severity}: ${text}`));
  links = createPeerLinks([door], world, journal, () => {});
});

async function pass(ms: number): Promise<void> {
  for (let i = 0; i < ms; i += 100) {
    world.run(milliseconds(100));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const shown = () => links.snapshot()[0];

describe('a link', () => {
  test('that is up is asked once a second, and shows what the other engine says of itself', async () => {
    links.start();
    await pass(10_000);
    expect([opened, closed]).toEqual([1, 0]);
    expect(asked).toBeGreaterThanOrEqual(9);
    expect(asked).toBeLessThanOrEqual(12);
    expect(shown()).toMatchObject({
      name: 'n2',
      where: 'ssh n2',
      state: 'up',
      reason: '',
      host: 'beta',
      version: '9',
      clockAheadMs: 4000,
      instances: [{ name: 'VI_1', state: 'backup', admin: 'active' }],
    });
    expect(lines).toEqual(['info: peer n2: linked (ssh n2)']);
  });

  test('that ends says why, shows nothing of before, and comes back', async () => {
    links.start();
    await pass(3000);
    ended('Connection closed by 10.0.0.2');
    expect(shown()).toMatchObject({
      state: 'down',
      reason: 'Connection closed by 10.0.0.2',
      host: null,
      instances: null,
    });
    expect(links.peers()[0]).toMatchObject({ session: undefined, snapshot: { host: 'beta' } });
    await pass(3000);
    expect(shown()).toMatchObject({ state: 'up', host: 'beta' });
    expect([opened, closed]).toEqual([2, 1]);
    expect(lines).toEqual([
      'info: peer n2: linked (ssh n2)',
      'warning: peer n2: no link: Connection closed by 10.0.0.2 (ssh n2)',
      'info: peer n2: linked (ssh n2)',
    ]);
  });

  test('to an engine that falls silent is closed and opened anew', async () => {
    links.start();
    await pass(3000);
    answer = () => new Promise(() => {});
    for (let i = 0; i < 60 && closed === 0; i++) await pass(100);
    expect(closed).toBe(1);
    expect(shown()).toMatchObject({ state: 'down', reason: 'its engine has said nothing for 5 s' });
    await pass(2000);
    expect([opened, shown()?.state]).toEqual([2, 'connecting']);
  });

  test('that fails for the same reason every time is one line of the journal', async () => {
    answer = () => Promise.reject(new EngineError('no engine at /run/hatop/hatop.sock (ENOENT)', 1));
    links.start();
    await pass(60_000);
    expect(opened).toBeGreaterThanOrEqual(5);
    expect(lines).toEqual(['warning: peer n2: no link: no engine at /run/hatop/hatop.sock (ENOENT) (ssh n2)']);
  });

  test.each<[string, unknown, RegExp]>([
    ['nothing', {}, /\(schemaVersion: /],
    ['null', null, /\(the whole of it: /],
    ['no instances', () => ({ ...theirs(), instances: null }), /\(instances: /],
    ['an instance in parts', () => ({ ...theirs(), instances: [{ name: 'VI_1' }] }), /\(instances\.0\.state: /],
    ['a younger version', () => ({ ...theirs(), schemaVersion: 2 }), /\(schemaVersion: .*another version of hatop\?/],
  ])('whose other side says %s is down with what is wrong, and nothing here relies on it', async (_, said, reason) => {
    answer = async () => (typeof said === 'function' ? said() : said);
    links.start();
    await pass(100);
    expect(shown()).toMatchObject({
      state: 'down',
      reason: expect.stringMatching(reason),
      host: null,
      instances: null,
    });
    expect(links.peers()[0]?.snapshot).toBeUndefined();
  });

  test('for which no process can be started is down, and tried again', async () => {
    noMore = true;
    links.start();
    await pass(100);
    expect(shown()).toMatchObject({ state: 'down', reason: 'spawn ssh EAGAIN' });
    noMore = false;
    await pass(3000);
    expect(shown()).toMatchObject({ state: 'up' });
  });

  test('that is refused over there is down with the words of the refusal', async () => {
    answer = () => Promise.reject(new EngineError('the engine serves root and its own user', 4));
    links.start();
    await pass(100);
    expect(shown()).toMatchObject({ state: 'down', reason: 'the engine serves root and its own user' });
  });

  test('whose stream has ended waits for the reason that the door gives', async () => {
    answer = () => Promise.reject(new EngineError('went away in the middle', 3));
    links.start();
    await pass(100);
    expect(shown()?.state).toBe('connecting');
    ended('Permission denied (publickey).');
    expect(shown()).toMatchObject({ state: 'down', reason: 'Permission denied (publickey).' });
  });

  test('is not waited for longer than a second when somebody wants to know', async () => {
    links.start();
    await pass(1500);
    answer = () => new Promise(() => {});
    let known = false;
    void links.fresh().then(() => {
      known = true;
    });
    await pass(900);
    expect(known).toBe(false);
    await pass(300);
    expect(known).toBe(true);
  });

  test('that is stopped is closed and asks nothing more', async () => {
    links.start();
    await pass(2000);
    links.stop();
    const before = asked;
    await pass(60_000);
    expect([opened, closed, asked]).toEqual([1, 1, before]);
  });
});
