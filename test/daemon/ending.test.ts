import { describe, expect, test, vi } from 'vitest';
import { endEngine } from '../../src/daemon/ending.ts';

const never = new Promise<void>(() => {});

/** An engine whose stop ends as `stop` says; what was done, in order. */
async function end(stop: () => Promise<void>, dead: Promise<void> = never, halt = () => {}) {
  const done: string[] = [];
  const engine = {
    stop,
    statics: () => ({ addresses: [], routing: [] }),
    halt() {
      done.push('halt');
      halt();
    },
  };
  const release = (): string[] => {
    done.push('release');
    return [];
  };
  const problems = await endEngine(engine, () => [], dead, { release, patienceMs: 20 });
  return { problems, done };
}

describe('the end of the engine', () => {
  test('in good order leaves nothing to say and nothing to rescue', async () => {
    expect(await end(async () => {})).toEqual({ problems: [], done: [] });
  });

  test.each<[string, () => Promise<void>, Promise<void>, string]>([
    ['routers that hang', () => never, never, 'did not stop within 0.02 s'],
    ['routers that are dead', () => never, Promise.resolve(), 'no priority 0 was sent'],
    [
      'a stop that throws',
      () => Promise.reject(new Error('bug')),
      never,
      'could not be stopped in good order: Error: bug',
    ],
  ])('with %s takes the addresses off first, and ends the rest', async (_, stop, dead, words) => {
    const { problems, done } = await end(stop, dead);
    expect(problems).toEqual([expect.stringContaining(words)]);
    expect(done).toEqual(['release', 'halt']);
  });

  test('goes on where the rest cannot be ended either', async () => {
    const halt = vi.fn(() => {
      throw new Error('no table');
    });
    const { problems } = await end(() => never, Promise.resolve(), halt);
    expect(problems[1]).toContain('Error: no table');
    expect(halt).toHaveBeenCalledOnce();
  });
});
