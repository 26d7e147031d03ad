/** The terminal is as it was after every way out of the console, and a terminal that does not read stops nothing. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTerminal, type Terminal } from './terminal.ts';

const root = join(import.meta.dirname, '../..');
let outdir = '';
let play = '';

beforeAll(async () => {
  const { bundleForTest } = await import('../../scripts/test-bundle.mjs' as string);
  outdir = mkdtempSync(join(root, 'node_modules/.e2e-'));
  play = await bundleForTest('test/console/play.ts', outdir);
});
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

/** A shell with the console below it: what the terminal looks like afterwards is the shell's to say. */
async function shell(command: string): Promise<Terminal> {
  const terminal = await openTerminal(['bash', '--norc', '--noprofile']);
  await terminal.press('PS1="ready> "', 'Enter', 'clear', 'Enter');
  await terminal.waitFor(/^ready>/);
  await terminal.press(
    `${command} ${process.execPath} ${play}; echo "code $?"; stty -a | grep -oE "[-]?(icanon|echo) "`,
    'Enter',
  );
  return terminal;
}

const SANE = /code (\d+)\nicanon\necho/;

describe('the way out', () => {
  test('q: the shell screen is back, with line editing and echo', async () => {
    const terminal = await shell('');
    await terminal.waitFor(/MASTER +VI_1/);
    await terminal.press('q');
    const screen = await terminal.waitFor(SANE);
    expect(SANE.exec(screen)?.[1]).toBe('0');
    expect(screen).not.toMatch(/VI_1|Instances/);
  });

  test('a crash: the screen is back, with the stack and what libraries printed', async () => {
    const terminal = await shell('PLAY_CRASH=1');
    const screen = await terminal.waitFor(SANE);
    expect(SANE.exec(screen)?.[1]).toBe('1');
    expect(screen).toMatch('said while the screen was ours');
    expect(screen).toMatch('Error: made to fail');
    expect(screen).not.toMatch(/Instances/);
  });

  test('Ctrl-Z and fg: the shell in between, and the whole picture afterwards', async () => {
    const terminal = await shell('');
    await terminal.waitFor(/MASTER +VI_1/);
    await terminal.press('C-z');
    const between = await terminal.waitFor(/Stopped/);
    expect(between).not.toMatch(/Instances/);
    await terminal.resize(100, 30);
    await terminal.press('fg', 'Enter');
    const screen = await terminal.waitFor(/^ +Events/m);
    expect(screen).toMatch(/MASTER +VI_1/);
    expect(screen).not.toMatch(/Stopped/);
    await terminal.press('q');
    await terminal.waitFor(/ready>\s*$/);
  });
});

test('a window that is dragged about shows the whole picture at every size, and one line where it is too small', async () => {
  const terminal = await openTerminal([process.execPath, play]);
  await terminal.waitFor(/^ +Events/m);
  for (const [columns, rows] of [
    [130, 40],
    [90, 24],
    [60, 20],
    [200, 60],
    [80, 24],
  ] as const) {
    await terminal.resize(columns, rows);
    const wanted =
      columns < 80
        ? /needs 80x24, this is 60x20/
        : /\[1 Overview\][\s\S]*Instances[\s\S]*Services[\s\S]*Adverts[\s\S]*Events[\s\S]*q quit/;
    const screen = await terminal.waitFor(wanted);
    if (columns >= 80) expect(screen.match(/Instances/g)).toHaveLength(1);
  }
});

test('each digit opens its view, on one picture after the other', async () => {
  const terminal = await openTerminal([process.execPath, play]);
  await terminal.waitFor(/\[1 Overview\]/);
  const views = {
    2: /\[2 VRRP\][\s\S]*Instance VI_1[\s\S]*Senders/,
    3: /\[3 Services\][\s\S]*real server[\s\S]*Virtual service/,
    4: /\[4 Operations\][\s\S]*Operations +result/,
    5: /\[5 Checks\][\s\S]*last result[\s\S]*Check of/,
    6: /\[6 Events\][\s\S]* +Events +about/,
    8: /\[8 Wire\][\s\S]*Senders[\s\S]*Discarded[\s\S]*Adverts/,
    1: /\[1 Overview\][\s\S]*Instances[\s\S]*Services[\s\S]*Adverts[\s\S]*Events/,
  };
  for (const [key, picture] of Object.entries(views)) {
    await terminal.press(key);
    await terminal.waitFor(picture);
  }
});
