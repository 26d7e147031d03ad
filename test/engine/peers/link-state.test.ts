import { describe, expect, test } from 'vitest';
import { instant } from '../../../src/base/time.ts';
import { beginLink, type LinkEvent, type LinkState, stepLink } from '../../../src/engine/peers/link-state.ts';

const at = (ms: number) => instant(ms);
const heard = (ms: number): LinkEvent => ({ type: 'heard', at: at(ms) });
const ended = (ms: number, reason = 'gone'): LinkEvent => ({ type: 'ended', at: at(ms), reason });
const due = (ms: number): LinkEvent => ({ type: 'due', at: at(ms) });

function after(...events: LinkEvent[]): LinkState {
  return events.reduce((state, event) => stepLink(state, event).state, beginLink(at(0)).state);
}

describe('a link', () => {
  test('is opened at once, and up from the first answer', () => {
    expect(beginLink(at(0))).toMatchObject({ state: { phase: 'connecting', deadline: 20_000 }, effects: ['open'] });
    expect(after(heard(300))).toMatchObject({ phase: 'up', since: 300, deadline: 5300 });
  });

  test('stays up, since then, with every answer', () => {
    expect(after(heard(300), heard(1300), heard(2300))).toMatchObject({ phase: 'up', since: 300, deadline: 7300 });
  });

  test('that gets no answer is closed and down, with the reason', () => {
    const { state, effects } = stepLink(after(), due(20_000));
    expect(effects).toEqual(['close']);
    expect(state).toMatchObject({ phase: 'down', reason: 'no answer within 20 s', deadline: 21_000 });
  });

  test('on which nothing is said any more is closed and down', () => {
    const { state, effects } = stepLink(after(heard(300)), due(5300));
    expect(effects).toEqual(['close']);
    expect(state).toMatchObject({ phase: 'down', reason: 'its engine has said nothing for 5 s' });
  });

  test('is not given up before its time', () => {
    expect(stepLink(after(heard(300)), due(5299))).toEqual({ state: after(heard(300)), effects: [] });
  });

  test('that has ended is opened again after 1, 2, 4 … 30 s', () => {
    let state = after();
    let now = 0;
    const waits: number[] = [];
    for (let i = 0; i < 7; i++) {
      state = stepLink(state, ended(now)).state;
      waits.push(state.deadline - now);
      now = state.deadline;
      const next = stepLink(state, due(now));
      expect(next).toMatchObject({ effects: ['open'], state: { phase: 'connecting', reason: 'gone' } });
      state = next.state;
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  test('that was good for half a minute begins with 1 s again', () => {
    const failed = after(ended(0), due(1000), ended(1000), due(3000));
    const short = stepLink(stepLink(failed, heard(4000)).state, ended(33_999)).state;
    const long = stepLink(stepLink(failed, heard(4000)).state, ended(34_000)).state;
    expect([short.deadline - 33_999, long.deadline - 34_000]).toEqual([4000, 1000]);
  });

  test('what comes late from one that is down is nothing', () => {
    const down = after(heard(300), ended(400));
    expect(stepLink(down, heard(500))).toEqual({ state: down, effects: [] });
    expect(stepLink(down, ended(500, 'again'))).toEqual({ state: down, effects: [] });
  });
});
