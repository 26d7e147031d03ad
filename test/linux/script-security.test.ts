import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type FileView, insecurePathPart, type PathPart } from '../../src/linux/script-security.ts';

const directory: PathPart = { kind: 'directory', uid: 0, gid: 0, mode: 0o755 };
const file: PathPart = { kind: 'file', uid: 0, gid: 0, mode: 0o755 };
const link = (target: string, uid = 0): PathPart => ({ kind: 'link', uid, gid: 0, mode: 0o777, target });

/** A machine with root's /, /etc, /opt and /tmp, and `parts`. */
function machine(parts: Record<string, PathPart | 'unreadable'>): FileView {
  const all: Record<string, PathPart | 'unreadable'> = {
    '/': directory,
    '/etc': directory,
    '/opt': directory,
    '/tmp': { ...directory, mode: 0o1777 },
    ...parts,
  };
  return {
    part: (path) => all[path],
    userName: (uid) => (uid === 1000 ? 'joe' : String(uid)),
    groupName: (gid) => (gid === 50 ? 'staff' : String(gid)),
  };
}
const check = (path: string, parts: Record<string, PathPart | 'unreadable'>) => insecurePathPart(path, machine(parts));

test('all root’s: nothing to say', () => {
  expect(check('/etc/check.sh', { '/etc/check.sh': file })).toBeUndefined();
});

test('the file itself', () => {
  const says = (part: Partial<PathPart>) => check('/etc/check.sh', { '/etc/check.sh': { ...file, ...part } });
  expect(says({ uid: 1000 })).toBe('/etc/check.sh belongs to user joe');
  expect(says({ mode: 0o775, gid: 50 })).toBe('/etc/check.sh is writable by group staff');
  expect(says({ mode: 0o775 })).toBeUndefined();
  expect(says({ mode: 0o757 })).toBe('/etc/check.sh is writable by everybody');
  expect(says({ mode: 0o1757 })).toBe('/etc/check.sh is writable by everybody');
});

test('a directory on the way', () => {
  const parts = { '/opt/checks': { ...directory, mode: 0o775, gid: 50 }, '/opt/checks/a.sh': file };
  expect(check('/opt/checks/a.sh', parts)).toBe('/opt/checks is writable by group staff');
  expect(check('/opt/checks/a.sh', { ...parts, '/opt': { ...directory, uid: 1000 } })).toBe('/opt belongs to user joe');
});

test('a sticky directory protects what is root’s in it, and only that', () => {
  expect(check('/tmp/a.sh', { '/tmp/a.sh': file })).toBeUndefined();
  expect(check('/tmp/a.sh', { '/tmp/a.sh': { ...file, uid: 1000 } })).toBe('/tmp/a.sh belongs to user joe');
});

test('links are followed, whole or in the middle, absolute or relative', () => {
  const home = { '/home': directory, '/home/joe': { ...directory, uid: 1000 }, '/home/joe/a.sh': file };
  const says = '/home/joe belongs to user joe';
  expect(check('/etc/a.sh', { ...home, '/etc/a.sh': link('/home/joe/a.sh') })).toBe(says);
  expect(check('/etc/a.sh', { ...home, '/etc/a.sh': link('../home/joe/a.sh') })).toBe(says);
  expect(check('/etc/checks/a.sh', { ...home, '/etc/checks': link('../home/joe') })).toBe(says);
  expect(check('/etc/a.sh', { '/etc/a.sh': link('b.sh'), '/etc/b.sh': file })).toBeUndefined();
  expect(check('/etc/a.sh', { '/etc/a.sh': link('b.sh', 1000), '/etc/b.sh': file })).toBe(
    '/etc/a.sh belongs to user joe',
  );
});

test('a ring of links is an answer, not a hang', () => {
  const ring = { '/etc/a': link('b'), '/etc/b': link('a') };
  expect(check('/etc/a', ring)).toMatch(/^\/etc\/[ab] is one of too many symbolic links$/);
});

test('.. leaves the directory that a link led to, as the kernel has it', () => {
  const parts = {
    '/etc/safe.sh': file,
    '/etc/link': link('/srv/open/deep'),
    '/srv': directory,
    '/srv/open': { ...directory, mode: 0o777 },
    '/srv/open/deep': directory,
    '/srv/open/safe.sh': file,
  };
  expect(check('/etc/./../etc//safe.sh', parts)).toBeUndefined();
  expect(check('/etc/link/../safe.sh', parts)).toBe('/srv/open is writable by everybody');
});

test('what is missing cannot be judged; what is not absolute or cannot be examined is not safe', () => {
  expect(check('/etc/none/a.sh', {})).toBeUndefined();
  expect(check('a.sh', {})).toBe('a.sh is not an absolute path');
  expect(check('/opt/fuse/a.sh', { '/opt/fuse': 'unreadable' })).toBe('/opt/fuse cannot be examined');
});

test('on this machine: /bin/sh is safe, a file that everybody can write is not', () => {
  expect(insecurePathPart('/bin/sh')).toBeUndefined();
  const dir = mkdtempSync(join(tmpdir(), 'hatop-security-'));
  try {
    const path = join(dir, 'check');
    writeFileSync(path, '');
    chmodSync(path, 0o777);
    const mine = process.getuid?.() === 0;
    expect(insecurePathPart(path)).toBe(
      mine ? `${path} is writable by everybody` : `${dir} belongs to user ${userInfo().username}`,
    );
  } finally {
    rmSync(dir, { recursive: true });
  }
});
