import { describe, expect, test } from 'vitest';
import { instant, wallTime } from '../../src/base/time.ts';
import { limitAdverts } from '../../src/engine/router/advert-feed.ts';
import type { RouterReport } from '../../src/engine/router/messages.ts';

describe('a flood of advertisements', () => {
  const ADVERT = { type: 'advert' } as Extract<RouterReport, { type: 'advert' }>;

  function feed() {
    let now = 0;
    let made = 0;
    const passed: RouterReport[] = [];
    const clock = { now: () => instant(now), wall: () => wallTime(now) };
    const tell = limitAdverts(clock, (message) => passed.push(message), 'received');
    return {
      at(second: number, count: number) {
        now = second * 1000;
        for (let i = 0; i < count; i++) {
          tell(() => {
            made += 1;
            return ADVERT;
          });
        }
      },
      made: () => made,
      adverts: () => passed.filter(({ type }) => type === 'advert').length,
      journal: () => passed.flatMap((report) => (report.type === 'journal' ? [report.entry.text] : [])),
    };
  }

  test('is shown in part, and what is not shown is not even made', () => {
    const { at, adverts, made } = feed();
    at(0, 1000);
    expect([adverts(), made()]).toEqual([200, 200]);
    at(1, 1);
    expect([adverts(), made()]).toEqual([201, 201]);
  });

  test('is told once, when it begins, and again after a quiet second', () => {
    const { at, journal } = feed();
    at(0, 1000);
    expect(journal()).toEqual([]);
    at(1, 700);
    at(2, 700);
    at(3, 1);
    expect(journal()).toEqual([
      '1000 advertisements received in a second: only 200 a second are shown, all are counted',
    ]);
    at(4, 500);
    at(5, 1);
    expect(journal()).toHaveLength(2);
    expect(journal()[1]).toMatch(/^500 /);
  });
});
