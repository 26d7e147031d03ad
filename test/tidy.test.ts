/** Tidiness that a machine can see: which ring may know which, what pure code may touch, sizes, dead files. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const SRC = join(ROOT, 'src');
const FILE_LINES_MAX = 400;
const FUNCTION_LINES_MAX = 70;

/** What each ring may import from, besides itself. Arrows point inward (docs/architecture.md). */
const MAY_IMPORT: Record<string, readonly string[]> = {
  base: [],
  wire: ['base'],
  vrrp: ['base', 'wire'],
  bfd: ['base', 'wire'],
  check: ['base', 'wire'],
  ipvs: ['base', 'wire'],
  nft: ['base', 'ipvs'],
  conf: ['base'],
  realserver: ['base'],
  ports: ['base', 'check', 'ipvs', 'vrrp'],
  control: [],
  engine: ['base', 'wire', 'vrrp', 'bfd', 'check', 'ipvs', 'conf', 'realserver', 'ports', 'control'],
  linux: ['base', 'wire', 'check', 'ipvs', 'nft', 'realserver', 'ports'],
  sim: ['base', 'wire', 'check', 'ipvs', 'ports'],
  wallboard: ['control'],
  console: ['control', 'wallboard'],
  daemon: ['base', 'conf', 'realserver', 'ports', 'control', 'engine', 'linux', 'cli'],
  lab: ['base', 'wire', 'conf', 'ports', 'control', 'engine', 'sim', 'linux'],
  cli: ['base', 'wire', 'conf', 'realserver', 'ports', 'control', 'linux', 'daemon', 'lab', 'console'],
};
const PURE = ['base', 'wire', 'vrrp', 'bfd', 'check', 'ipvs', 'nft', 'conf', 'realserver', 'ports'];
const BANNED_IN_PURE =
  /\b(Date\.now|new Date\(\)|Math\.random|setTimeout|setInterval|setImmediate|process\.|globalThis)\b/;
/** The one exception: a wall-clock time that was handed in is written as text. */
const DATE_ALLOWED = new Set(['src/base/time.ts']);

const sources = filesBelow(SRC).filter((path) => /\.tsx?$/.test(path));
const ring = (path: string): string => relative(SRC, path).split('/')[0] ?? '';
const named = (path: string): string => relative(ROOT, path);
const textOf = (path: string): string => readFileSync(path, 'utf8');

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

const IMPORT = /(?:from|import)\s*\(?\s*'([^']+)'/g;
const importsOf = (path: string): string[] =>
  [...withoutComments(textOf(path)).matchAll(IMPORT)].map((m) => m[1] ?? '');
const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');

describe('rings', () => {
  test('every folder below src is a known ring', () => {
    const found = readdirSync(SRC).filter((name) => !MAY_IMPORT[name]);
    expect(found).toEqual([]);
  });

  test('imports point inward', () => {
    const wrong = sources.flatMap((path) =>
      importsOf(path)
        .filter((target) => target.startsWith('.'))
        .map((target) => ring(join(dirname(path), target)))
        .filter((target) => target !== ring(path) && !MAY_IMPORT[ring(path)]?.includes(target))
        .map((target) => `${named(path)} imports from ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test('pure rings import nothing from Node and no package', () => {
    const wrong = sources
      .filter((path) => PURE.includes(ring(path)))
      .flatMap((path) =>
        importsOf(path)
          .filter((target) => !target.startsWith('.'))
          .map((t) => `${named(path)}: ${t}`),
      );
    expect(wrong).toEqual([]);
  });

  test('pure rings know no clock, no chance, no process', () => {
    const wrong = sources
      .filter((path) => PURE.includes(ring(path)) && !DATE_ALLOWED.has(named(path)))
      .filter((path) => BANNED_IN_PURE.test(withoutComments(textOf(path))))
      .map(named);
    expect(wrong).toEqual([]);
  });

  test('only linux/libc.ts loads koffi', () => {
    const wrong = sources.filter((path) => /['"]koffi['"]/.test(withoutComments(textOf(path)))).map(named);
    expect(wrong).toEqual(['src/linux/libc.ts']);
  });

  test('shipped code outside the lab spawns neither ip nor ipvsadm, and nft in one place', () => {
    const wrong = sources
      .filter((path) => ring(path) !== 'lab')
      .filter((path) => /(?:spawn|exec|execa|execFile)\w*\(\s*['"`](?:ip|ipvsadm|nft)\b/.test(textOf(path)))
      .map(named);
    expect(wrong).toEqual(['src/linux/nft-program.ts']);
  });
});

describe('sizes', () => {
  test(`no file is longer than ${FILE_LINES_MAX} lines`, () => {
    const long = sources.map((path) => ({ path: named(path), lines: textOf(path).split('\n').length }));
    expect(long.filter(({ lines }) => lines > FILE_LINES_MAX)).toEqual([]);
  });

  test(`no function is longer than ${FUNCTION_LINES_MAX} lines, factories that return an object of functions aside`, () => {
    expect(sources.flatMap(longFunctions)).toEqual([]);
  });
});

/**
 * Functions by indentation, which the formatter guarantees: from a line that opens one to the line that closes it at
 * the same depth. A factory is measured without the functions within it: those are measured on their own.
 */
function longFunctions(path: string): string[] {
  const lines = textOf(path).split('\n');
  const long: string[] = [];
  const open: { readonly indent: number; readonly start: number; readonly name: string; inner: number }[] = [];
  for (const [i, line] of lines.entries()) {
    const indent = line.search(/\S/);
    const top = open.at(-1);
    if (top && indent === top.indent && /^\s*[}\])]/.test(line) && !/\{\s*$/.test(line)) {
      open.pop();
      const length = i - top.start + 1;
      const parent = open.at(-1);
      if (parent) parent.inner += length;
      if (length - top.inner > FUNCTION_LINES_MAX) long.push(`${named(path)}:${top.start + 1} ${top.name}`);
    }
    const opens =
      /^\s*(?:export )?(?:async )?(?:function\*? (\w+)|(\w+)\([^;]*\)[^;=]*\{\s*$|const (\w+) = .*=> \{\s*$)/.exec(
        line,
      );
    if (opens && !/^\s*(?:if|for|while|switch|return|test|describe|else)\b/.test(line)) {
      open.push({ indent, start: i, name: opens[1] ?? opens[2] ?? opens[3] ?? '', inner: 0 });
    }
  }
  return long;
}

const importsLab = (file: string, path: string): boolean =>
  importsOf(file).some((target) => target.startsWith('.') && join(dirname(file), target) === path);

describe('nothing dead', () => {
  const ENTRIES = ['src/cli/main.ts', 'src/daemon/router-worker.ts'];

  test('every file of src is reached from an entry of the program', () => {
    const reached = new Set<string>();
    const visit = (path: string): void => {
      if (reached.has(path) || !existsSync(path)) return;
      reached.add(path);
      for (const target of importsOf(path)) if (target.startsWith('.')) visit(join(dirname(path), target));
    };
    for (const entry of ENTRIES) visit(join(ROOT, entry));
    // The lab's observers are there for the tests that see the real thing.
    const observers = sources.filter((path) => ring(path) === 'lab');
    const watching = filesBelow(join(ROOT, 'test')).filter((path) => /\/(?:interop|netns|e2e|bench)\//.test(path));
    for (const path of observers) if (watching.some((file) => importsLab(file, path))) visit(path);
    const typesOnly = (path: string): boolean => !/^export (?:const|function|class|async)/m.test(textOf(path));
    expect(sources.filter((path) => !reached.has(path) && !typesOnly(path)).map(named)).toEqual([]);
  });

  test('no test is skipped, focused or left to do without a reason in words', () => {
    const marks = filesBelow(join(ROOT, 'test'))
      .filter((path) => /\.tsx?$/.test(path) && path !== import.meta.filename)
      .filter((path) => /\b(?:it|test|describe)\.(?:only|todo|skip)\b/.test(textOf(path)))
      .map(named);
    expect(marks).toEqual([]);
  });
});

describe('what is committed', () => {
  const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' }).split('\0').filter(Boolean);

  test('the lock file records no download addresses', () => {
    expect(textOf(join(ROOT, 'package-lock.json'))).not.toMatch(/"resolved": "https?:/);
  });

  test('no build output and no dependency is tracked', () => {
    expect(tracked.filter((path) => /^(?:dist|node_modules)\//.test(path))).toEqual([]);
  });
});
