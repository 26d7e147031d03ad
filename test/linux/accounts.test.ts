import { expect, test } from 'vitest';
import { findAccount, findGroup } from '../../src/linux/accounts.ts';

const files = {
  passwd: async () =>
    'root:x:0:0:root:/root:/bin/sh\n\nkeepalived_script:x:998:997::/:/sbin/nologin\n12:x:55:56::/:/bin/sh\n',
  group: async () => 'root:x:0:\nstaff:x:50:joe,ann\n',
};

test('a user with his own group, or with another', async () => {
  expect(await findAccount('keepalived_script', undefined, files)).toEqual({ ok: true, value: { uid: 998, gid: 997 } });
  expect(await findAccount('keepalived_script', 'staff', files)).toEqual({ ok: true, value: { uid: 998, gid: 50 } });
});

test('by number; a name of digits comes before a number', async () => {
  expect(await findAccount('998', '50', files)).toEqual({ ok: true, value: { uid: 998, gid: 50 } });
  expect(await findAccount('12', undefined, files)).toEqual({ ok: true, value: { uid: 55, gid: 56 } });
  expect(await findGroup('staff', files)).toBe(50);
});

test('the unknown are named', async () => {
  expect(await findAccount('no-such-user', undefined, files)).toEqual({
    ok: false,
    error: 'no such user: no-such-user',
  });
  expect(await findAccount('root', 'no-such-group', files)).toEqual({
    ok: false,
    error: 'no such group: no-such-group',
  });
  expect(await findAccount('-h; reboot', undefined, files)).toEqual({ ok: false, error: 'no such user: -h; reboot' });
});

test('whom the files do not know, getent may', async () => {
  const nothing = { passwd: async () => '', group: async () => '' };
  expect(await findAccount('root', 'root', nothing)).toEqual({ ok: true, value: { uid: 0, gid: 0 } });
});
