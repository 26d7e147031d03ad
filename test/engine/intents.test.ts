import { describe, expect, test } from 'vitest';
import { err, ok } from '../../src/base/result.ts';
import { openIntents } from '../../src/engine/intents.ts';
import { osError } from '../../src/ports/os-error.ts';
import type { StateFiles } from '../../src/ports/state-files.ts';

function files(initial: Record<string, string> = {}): StateFiles & { readonly content: Record<string, string> } {
  const content = { ...initial };
  return {
    content,
    read: (name) => ok(content[name]),
    replace(name, text) {
      content[name] = text;
      return ok(undefined);
    },
    append(name, line) {
      content[name] = `${content[name] ?? ''}${line}\n`;
      return ok(undefined);
    },
  };
}
const full: StateFiles = {
  read: () => ok(undefined),
  replace: () => err(osError('ENOSPC', 'write intents.json')),
  append: () => err(osError('ENOSPC', 'write')),
};
const drain = { admin: 'drain' as const, weight: null, since: 1, by: 'root' };

describe('intents', () => {
  test('survive a restart, each until it is taken away', () => {
    const disk = files();
    const first = openIntents(disk);
    if (!first.ok) throw new Error(first.error);
    first.value.setRealServer('10.0.0.1:80/tcp 10.0.0.2:80', drain);
    first.value.setInstance('VI_1', { admin: 'standby', leaseEndsAt: 5, reason: '', by: 'root' });
    const second = openIntents(disk);
    expect(second.ok && second.value.realServer('10.0.0.1:80/tcp 10.0.0.2:80')).toEqual(drain);
    expect(second.ok && second.value.instance('VI_1')?.admin).toBe('standby');
    if (second.ok) second.value.setInstance('VI_1', undefined);
    const third = openIntents(disk);
    expect(third.ok && third.value.instance('VI_1')).toBeUndefined();
  });

  test('that cannot be stored are not taken', () => {
    const intents = openIntents(full);
    if (!intents.ok) throw new Error(intents.error);
    const stored = intents.value.setRealServer('k', drain);
    expect(stored).toEqual(err(expect.stringContaining('nothing was changed')));
    expect(intents.value.realServer('k')).toBeUndefined();
  });

  test.each([
    ['not JSON', '{'],
    ['of another shape', '{"schemaVersion":1,"instances":{"VI_1":{"admin":"gone"}},"realServers":{}}'],
    ['of another version', '{"schemaVersion":2,"instances":{},"realServers":{}}'],
  ])('that are %s are an error with its remedy, never an empty set', (_, text) => {
    const opened = openIntents(files({ 'intents.json': text }));
    expect(opened).toEqual(err(expect.stringContaining('move intents.json away')));
  });
});
