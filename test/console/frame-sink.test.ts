import xterm from '@xterm/headless';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFrameSink, type FrameSink, safeLines } from '../../src/console/frame-sink.ts';

/** A terminal that reads when it is told to, and the sink on it. */
function onTerminal(columns: number, rows: number) {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  terminal.write('\x1b[?1049h');
  const held: { text: string; done: () => void }[] = [];
  let reading = true;
  const sink = createFrameSink(
    {
      write(text, done) {
        if (reading) terminal.write(text, done);
        else held.push({ text, done });
      },
    },
    columns,
    rows,
  );
  return {
    terminal,
    sink,
    held,
    stall: () => {
      reading = false;
    },
    read: () => {
      reading = true;
      for (const { text, done } of held.splice(0)) terminal.write(text, done);
    },
  };
}

const settled = (sink: FrameSink): Promise<void> => new Promise((resolve) => sink.whenPainted(resolve));

function screen(terminal: xterm.Terminal): string[] {
  return Array.from(
    { length: terminal.rows },
    (_, y) => terminal.buffer.active.getLine(y)?.translateToString(true).trimEnd() ?? '',
  );
}

describe('the screen shows the newest frame', () => {
  test('whatever was there before: any frames in any order', async () => {
    const line = fc.string({ unit: fc.constantFrom(...'abc 東|é'), maxLength: 9 });
    const frame = fc.array(line, { minLength: 0, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 6 }), async (frames) => {
        const { terminal, sink } = onTerminal(20, 5);
        for (const lines of frames) sink.write(lines.join('\n'));
        await settled(sink);
        const last = frames.at(-1) ?? [];
        expect(screen(terminal)).toEqual(Array.from({ length: 5 }, (_, y) => (last[y] ?? '').trimEnd()));
      }),
      { numRuns: 50 },
    );
  });

  test('a line that fills the width keeps its last character, wrapping or not', async () => {
    for (const wrapping of ['\x1b[?7h', '\x1b[?7l']) {
      const { terminal, sink } = onTerminal(10, 3);
      terminal.write(wrapping);
      sink.write('0123456789\n\x1b[31mabcdefghi\x1b[39mZ\n東京東京東');
      await settled(sink);
      expect(screen(terminal)).toEqual(['0123456789', 'abcdefghiZ', '東京東京東']);
    }
  });

  test('after a resize everything is drawn anew, and nothing of the old size stays', async () => {
    const { terminal, sink } = onTerminal(20, 4);
    sink.write('one\ntwo\nthree\nfour');
    await settled(sink);
    terminal.resize(12, 2);
    sink.resize(12, 2);
    sink.write('small\nscreen');
    await settled(sink);
    expect(screen(terminal)).toEqual(['small', 'screen']);
    terminal.resize(20, 4);
    sink.resize(20, 4);
    sink.write('one\ntwo\nthree\nfour');
    await settled(sink);
    expect(screen(terminal)).toEqual(['one', 'two', 'three', 'four']);
  });

  test('repaint mends what somebody else wrote over it', async () => {
    const { terminal, sink } = onTerminal(20, 2);
    sink.write('our line\nand ours');
    await settled(sink);
    await new Promise<void>((resolve) => terminal.write('\x1b[1;1Hkernel: oops', resolve));
    sink.repaint();
    await settled(sink);
    expect(screen(terminal)).toEqual(['our line', 'and ours']);
  });
});

describe('what is sent', () => {
  test('only the lines that differ', async () => {
    const { sink, stall, held } = onTerminal(20, 3);
    sink.write('a\nb\nc');
    await settled(sink);
    stall();
    sink.write('a\nB\nc');
    expect(held[0]?.text).toBe('\x1b[?2026h\x1b[2;1HB\x1b[0m\x1b[K\x1b[?2026l');
  });

  test('no erasing behind a line that fills the width: some terminals would take its last character', () => {
    const { sink, stall, held } = onTerminal(5, 2);
    stall();
    sink.write('\x1b[7m12345\x1b[27m\n1234');
    expect(held[0]?.text).toContain('12345\x1b[27m\x1b[0m\x1b[2;1H');
    expect(held[0]?.text).toContain('1234\x1b[0m\x1b[K');
  });

  test('everything after a resize, though the frame be the same: the terminal has moved its lines', async () => {
    const { sink, stall, held } = onTerminal(20, 2);
    sink.write('a\nb');
    await settled(sink);
    stall();
    sink.resize(20, 2);
    sink.write('a\nb');
    expect(held[0]?.text).toMatch(/2J.*a.*b/);
  });

  test('nothing for the same frame', async () => {
    const { sink } = onTerminal(20, 3);
    sink.write('a\nb\nc');
    await settled(sink);
    const before = sink.stats.bytes;
    sink.write('a\nb\nc');
    expect(sink.stats.bytes).toBe(before);
  });

  test('text and colours, no other sequence, no line beyond the last', () => {
    expect(safeLines('\x1b[31mred\x1b[39m\x1b[2J\x1b]0;title\x07\x9b1;1H\r\x08x\n\x1bcreset\nthird', 2)).toEqual([
      '\x1b[31mred\x1b[39m0;title1;1Hx',
      'reset',
    ]);
  });

  test('not what Ink says about the cursor, and nothing while paused', () => {
    const { sink } = onTerminal(20, 2);
    sink.write('\x1b[?25h');
    sink.paused = true;
    sink.write('frame');
    expect(sink.stats.frames).toBe(0);
  });
});

describe('a terminal that does not read', () => {
  test('holds one frame in flight and the newest waiting; those between are dropped', async () => {
    const { terminal, sink, stall, read, held } = onTerminal(20, 1);
    stall();
    for (let i = 0; i < 1000; i++) sink.write(`frame ${i}`);
    expect(held).toHaveLength(1);
    expect(sink.stats.dropped).toBe(998);
    read();
    await settled(sink);
    expect(screen(terminal)).toEqual(['frame 999']);
  });

  test('has not painted until it has read all of it', async () => {
    const { sink, stall, read, held } = onTerminal(20, 1);
    stall();
    sink.write('a plan');
    sink.write('a longer plan');
    let painted = false;
    const last = new Promise<void>((resolve) => {
      sink.whenPainted(() => {
        painted = true;
        resolve();
      });
    });
    held.splice(0)[0]?.done();
    expect(painted, 'the newer frame is on its way still').toBe(false);
    read();
    await last;
  });
});
