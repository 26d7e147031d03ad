/** The loop: what is drawn when, what is asked of the engine, and what comes of a plan that is painted late. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type App, createApp } from '../../src/console/app.ts';
import { createKeyParser } from '../../src/console/key-parser.ts';
import { initialModel, type Model } from '../../src/console/model.ts';
import { EngineError } from '../../src/control/link.ts';
import { type FakeLink, fakeLink } from './fake-link.ts';
import { advert, event, plan, snapshot } from './fixtures.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Stage {
  readonly app: App;
  readonly link: FakeLink;
  readonly drawn: Model[];
  /** Lets what has been drawn reach the terminal. */
  paint(): void;
  readonly quits: number[];
  press(text: string): Promise<void>;
  pass(ms: number): Promise<void>;
}

function onStage(link = fakeLink()): Stage {
  const drawn: Model[] = [];
  const quits: number[] = [];
  let painted: (() => void) | undefined;
  const parser = createKeyParser();
  const model = initialModel({
    at: performance.now(),
    columns: 80,
    rows: 24,
    ascii: false,
    title: { mode: 'test', why: '' },
    readOnly: false,
    links: [link.name],
  });
  const surface = {
    draw: (newest: Model) => {
      drawn.push(newest);
    },
    whenPainted: (done: () => void) => {
      painted = done;
    },
    repaint: () => {},
    suspend: () => {},
    quit: (code: number) => {
      quits.push(code);
    },
  };
  const app = createApp(model, [link], surface, () => performance.now());
  app.start();
  return {
    app,
    link,
    drawn,
    quits,
    paint() {
      const call = painted;
      painted = undefined;
      call?.();
    },
    async press(text) {
      app.input(parser.feed(Buffer.from(text)));
      await vi.advanceTimersByTimeAsync(0);
    },
    pass: async (ms) => {
      await vi.advanceTimersByTimeAsync(ms);
    },
  };
}

const last = ({ drawn }: Stage): Model | undefined => drawn.at(-1);

describe('drawing', () => {
  test('a key is drawn at once, a burst of data as one frame', async () => {
    const stage = onStage();
    await stage.pass(60);
    const before = stage.drawn.length;
    for (let i = 0; i < 100; i++) stage.link.tell({ kind: 'advert', advert: advert() });
    expect(stage.drawn).toHaveLength(before);
    await stage.press('j');
    expect(stage.drawn).toHaveLength(before + 1);
    expect(last(stage)?.feeds[0]?.adverts).toHaveLength(100);
    await stage.pass(49);
    expect(stage.drawn).toHaveLength(before + 1);
  });

  test('without any data the ages go on', async () => {
    const stage = onStage();
    await stage.pass(5000);
    expect((last(stage)?.at ?? 0) - (last(stage)?.feeds[0]?.receivedAt ?? 0)).toBeGreaterThan(4000);
  });

  test('the journal so far is fetched at the start, and again when the engine is back', async () => {
    const link = fakeLink();
    link.history = [event({ seq: 1 })];
    const stage = onStage(link);
    await stage.pass(100);
    expect(last(stage)?.feeds[0]?.events).toHaveLength(1);
    link.history = [event({ seq: 1 }), event({ seq: 2, text: 'while we were away' })];
    link.tell({ kind: 'gone', reason: 'restart' });
    link.tell({ kind: 'back' });
    await stage.pass(100);
    expect(last(stage)?.feeds[0]?.events).toHaveLength(2);
  });

  test('nothing is drawn or asked after the end', async () => {
    const stage = onStage();
    stage.app.stop();
    const before = stage.drawn.length;
    stage.link.tell({ kind: 'snapshot', snapshot: snapshot() });
    await stage.press('F');
    await stage.pass(5000);
    expect(stage.drawn).toHaveLength(before);
    expect(stage.link.planned).toEqual([]);
  });
});

describe('an operation', () => {
  test('F, the plan, 300 ms on the screen, y: done, once', async () => {
    const stage = onStage();
    await stage.press('F');
    expect(stage.link.planned).toEqual([{ verb: 'failover', target: 'VI_1' }]);
    expect(last(stage)?.dialog?.kind).toBe('plan');
    stage.paint();
    await stage.pass(300);
    await stage.press('y');
    expect(stage.link.operated).toEqual([{ verb: 'failover', target: 'VI_1', yes: true }]);
    expect(last(stage)?.outcomes).toMatchObject([{ result: { result: 'OK' } }]);
  });

  test('the 300 ms begin with the painting: a slow line keeps y waiting', async () => {
    const stage = onStage();
    await stage.press('F');
    await stage.pass(4000);
    stage.paint();
    await stage.pass(299);
    await stage.press('y');
    expect(stage.link.operated).toEqual([]);
    await stage.pass(1);
    await stage.press('y');
    expect(stage.link.operated).toHaveLength(1);
  });

  test('Fy in one chunk does nothing, though the plan comes at once', async () => {
    const stage = onStage();
    await stage.press('Fy');
    stage.paint();
    expect(stage.link.planned).toHaveLength(1);
    await stage.pass(2000);
    expect(stage.link.operated).toEqual([]);
  });

  test('an unknown target is a notice', async () => {
    const link = fakeLink();
    link.onPlan = async () => {
      throw new EngineError('no instance VI_1; there are: none', 2);
    };
    const stage = onStage(link);
    await stage.press('F');
    expect(last(stage)?.dialog).toBeNull();
    expect(last(stage)?.notice?.text).toBe('no instance VI_1; there are: none');
  });

  test('an engine that goes away in the middle leaves an outcome, not a hanging console', async () => {
    const link = fakeLink();
    link.onOperate = async () => {
      throw new EngineError('the engine went away in the middle of the request', 3);
    };
    const stage = onStage(link);
    await stage.press('F');
    stage.paint();
    await stage.pass(400);
    await stage.press('y');
    expect(last(stage)?.running).toBeNull();
    expect(last(stage)?.outcomes).toMatchObject([{ result: null, error: expect.stringContaining('went away') }]);
  });

  test('several servers are changed one after the other', async () => {
    const link = fakeLink();
    link.onPlan = async ({ verb, target }) => plan({ verb, target, tier: 1, checks: [], steps: ['one step'] });
    let under = 0;
    const most: number[] = [];
    const done = link.onOperate;
    link.onOperate = async (request) => {
      under++;
      most.push(under);
      await new Promise((resolve) => setTimeout(resolve, 50));
      under--;
      return done(request);
    };
    const stage = onStage(link);
    await stage.press('3j  D');
    stage.paint();
    await stage.pass(400);
    await stage.press('y');
    await stage.pass(200);
    expect(link.operated.map(({ target }) => target)).toEqual(['10.0.0.11:80', '10.0.0.12:80']);
    expect(most).toEqual([1, 1]);
    expect(last(stage)?.outcomes).toHaveLength(2);
  });
});

test('q leaves with 0', async () => {
  const stage = onStage();
  await stage.press('q');
  expect(stage.quits).toEqual([0]);
});
