import { describe, expect, test } from 'vitest';
import { instant, wallTime } from '../../src/base/time.ts';
import { limitAdverts } from '../../src/engine/router/advert-feed.ts';
import type { RouterReport } from '../../src/engine/router/messages.ts';

describe('a flood of advertisements', () => {
  test('is shown in part and told once a second; other reports are never left out', () => {
    let now = 0;
    const passed: RouterReport[] = [];
    const clock = { now: () => instant(now), wall: () => wallTime(now) };
    const report = limitAdverts(clock, (message) => passed.push(message));
    const advert = { type: 'advert' } as RouterReport;
    for (let i = 0; i < 1000; i++) report(advert);
    report({ type: 'started' });
    expect(passed.filter(({ type }) => type === 'advert')).toHaveLength(200);
    expect(passed.at(-1)).toEqual({ type: 'started' });
    now = 1000;
    report(advert);
    expect(passed.filter(({ type }) => type === 'advert')).toHaveLength(201);
    expect(passed.filter(({ type }) => type === 'journal')).toEqual([
      expect.objectContaining({ entry: expect.objectContaining({ text: expect.stringContaining('1000') }) }),
    ]);
    now = 2000;
    report(advert);
    expect(passed.filter(({ type }) => type === 'journal')).toHaveLength(1);
  });
});
