import { readFile } from 'node:fs/promises';
import { err, ok, type Result } from '../base/result.ts';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** `/etc/passwd` and `/etc/group`, or what a test has in their place. */
export interface AccountFiles {
  readonly passwd: () => Promise<string>;
  readonly group: () => Promise<string>;
}

const systemFiles: AccountFiles = {
  passwd: () => readFile('/etc/passwd', 'utf8'),
  group: () => readFile('/etc/group', 'utf8'),
};

/**
 * The ids of a user and a group, each a name or a number; without a group the user's own. Users that only a directory
 * service knows are asked of getent(1). The error says who is unknown.
 */
export async function findAccount(
  user: string,
  group: string | undefined,
  files: AccountFiles = systemFiles,
): Promise<Result<Account, string>> {
  const entry = await lookUp('passwd', user, files.passwd);
  if (!entry) return err(`no such user: ${user}`);
  const uid = Number(entry[2]);
  if (group === undefined) return ok({ uid, gid: Number(entry[3]) });
  const gid = await findGroup(group, files);
  return gid === undefined ? err(`no such group: ${group}`) : ok({ uid, gid });
}

export async function findGroup(group: string, files: AccountFiles = systemFiles): Promise<number | undefined> {
  const entry = await lookUp('group', group, files.group);
  return entry && Number(entry[2]);
}

/** The fields of an entry whose name or id (third field) is `wanted`. */
async function lookUp(
  database: 'passwd' | 'group',
  wanted: string,
  read: () => Promise<string>,
): Promise<string[] | undefined> {
  return entryIn(await read(), wanted) ?? entryIn(await getent(database, wanted), wanted);
}

function entryIn(text: string, wanted: string): string[] | undefined {
  const entries = text
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4 && /^\d+$/.test(fields[2] ?? ''));
  return entries.find(([name]) => name === wanted) ?? entries.find(([, , id]) => id === wanted);
}

async function getent(database: string, wanted: string): Promise<string> {
  if (!/^[A-Za-z0-9_.@\\][A-Za-z0-9_.@\\$-]*$/.test(wanted)) return '';
  const { execa } = await import('execa');
  const { stdout } = await execa('getent', [database, wanted], { reject: false, stdin: 'ignore', timeout: 2000 });
  return stdout ?? '';
}
