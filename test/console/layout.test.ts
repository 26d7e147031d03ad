import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { share, windowTop } from '../../src/console/layout.ts';
import { span } from '../../src/console/line.ts';
import { type Column, headingLine, placeColumns } from '../../src/console/table.ts';
import { createTheme } from '../../src/console/theme.ts';
import { brief, clockTime, countdown, exact, figure } from '../../src/console/words.ts';

describe('rows are shared', () => {
  const claims = fc.array(
    fc.record({ want: fc.integer({ min: 1, max: 80 }), least: fc.integer({ min: 1, max: 20 }) }),
    {
      minLength: 1,
      maxLength: 5,
    },
  );

  test('to the last one, never more than there are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 200 }), claims, (total, wishes) => {
        const given = share(total, wishes);
        expect(given.reduce((sum, rows) => sum + rows, 0)).toBe(total);
        expect(Math.min(...given)).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  test('who wants little gets that, the rest goes to those who want more', () => {
    expect(
      share(20, [
        { want: 2, least: 5 },
        { want: 50, least: 7 },
        { want: 50, least: 4 },
      ]),
    ).toEqual([2, 11, 7]);
  });
});

describe('a window over a long list', () => {
  const some = fc.tuple(fc.nat(50), fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 1000 }), fc.nat(999));

  test('always has the cursor in it, and no empty rows while there are others', () => {
    fc.assert(
      fc.property(some, ([top, height, count, somewhere]) => {
        const cursor = somewhere % count;
        const first = windowTop(top, height, cursor, count);
        expect(first).toBeLessThanOrEqual(cursor);
        expect(cursor).toBeLessThan(first + height);
        expect(first).toBeLessThanOrEqual(Math.max(0, count - height));
        expect(first).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('stands still while the cursor moves within it', () => {
    expect(windowTop(10, 10, 14, 100)).toBe(10);
    expect(windowTop(10, 10, 18, 100)).toBe(11);
    expect(windowTop(10, 10, 11, 100)).toBe(9);
  });
});

describe('columns', () => {
  const theme = createTheme({ colour: false, ascii: false });
  const column = (title: string, rank: number, text: string, more: Partial<Column<null>> = {}): Column<null> => ({
    title,
    rank,
    min: 4,
    max: 12,
    cell: () => span(text),
    ...more,
  });
  const columns = [
    column('a', 0, 'aaaaaaaaaa', { min: 10 }),
    column('b', 2, 'bbbb'),
    column('c', 1, 'cccccccccccccccc', { grows: true }),
  ];

  test('the least important one goes first', () => {
    const titles = (width: number): string[] => placeColumns(columns, [null], width, theme).map((p) => p.column.title);
    expect(titles(40)).toEqual(['a', 'b', 'c']);
    expect(titles(19)).toEqual(['a', 'c']);
    expect(titles(14)).toEqual(['a']);
  });

  test('what is left over goes to the one that grows', () => {
    const placed = placeColumns(columns, [null], 40, theme);
    expect(placed.map(({ width }) => width)).toEqual([10, 4, 24]);
    expect(headingLine(placed, theme)).toHaveLength(40);
  });
});

describe('words', () => {
  test.each([
    [0, '0.0s'],
    [320, '0.3s'],
    [9_949, '9.9s'],
    [9_950, '10s'],
    [99_400, '99s'],
    [120_000, '2m'],
    [8_100_000, '2h'],
    [400_000_000, '5d'],
    [-5, '0.0s'],
  ])('%i ms in brief is %s', (ms, text) => {
    expect(brief(ms)).toBe(text);
  });

  test.each([
    [4.2, '4.2 ms'],
    [609, '609 ms'],
    [3414, '3.41 s'],
    [0, '0 ms'],
  ])('%f ms exactly is %s', (ms, text) => {
    expect(exact(ms)).toBe(text);
  });

  test('countdowns, clocks and counters', () => {
    expect([countdown(1_781_000), countdown(3_900_000), countdown(-1)]).toEqual(['29:41', '1:05:00', '0:00']);
    expect([clockTime('2026-03-14T02:26:53.589Z', true), clockTime('never')]).toEqual(['02:26:53.589', '?']);
    expect([figure(9999), figure(12_345), figure(3_400_000)]).toEqual(['9999', '12k', '3.4M']);
  });
});
