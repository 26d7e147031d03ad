/** `hatop digest` beside genhash, over TCP and TLS. */
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startProcess } from '../../src/lab/process.ts';
import { HATOP } from '../interop/director.ts';
import { certificate } from '../linux/certificate.ts';
import { machine } from './run-support.ts';

test('prints what genhash prints, over TCP and TLS', async () => {
  const there = await machine(onTestFinished);
  const servers = { '127.0.1.1': 'ok', '127.0.1.2': 'tls', '127.0.1.3': 'host' };
  const words = [join(import.meta.dirname, 'check-servers.mjs'), JSON.stringify(servers), JSON.stringify(certificate)];
  const process_ = startProcess([process.execPath, ...words], { namespace: there.namespace });
  onTestFinished(() => void process_.stop());
  await process_.waitFor(/ready/, 30_000);

  const hash = async (...argv: string[]): Promise<string | undefined> => {
    const { stdout } = await there.exec(...argv);
    return /[0-9a-f]{32}/.exec(stdout)?.[0];
  };
  const genhash = (address: string, ...more: string[]) =>
    hash('genhash', '-s', address, '-p', '80', '-u', '/good', ...more);
  const expected = 'efe38df2da984d40bd95cd0c23bfa878';
  expect(await genhash('127.0.1.1')).toBe(expected);
  expect((await there.exec(...HATOP, 'digest', 'http://127.0.1.1/good')).stdout).toBe(`${expected}\n`);
  expect(await genhash('127.0.1.2', '-S')).toBe(expected);
  expect((await there.exec(...HATOP, 'digest', 'https://127.0.1.2:80/good')).stdout).toBe(`${expected}\n`);
  expect(await genhash('127.0.1.3', '-V', 'www.example.org')).toBe(expected);
  const named = await there.exec(...HATOP, 'digest', 'http://127.0.1.3/good', '--virtualhost', 'www.example.org');
  expect(named).toMatchObject({ code: 0, stdout: `${expected}\n`, stderr: '' });

  const other = await there.exec(...HATOP, 'digest', 'http://127.0.1.3/good');
  expect(other).toMatchObject({ code: 0, stderr: expect.stringContaining('the answer is HTTP 421') });
  const closed = await there.exec(...HATOP, 'digest', 'http://127.0.1.9/good');
  expect(closed).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('refused') });
  expect(await there.exec(...HATOP, 'digest', 'good')).toMatchObject({ code: 2, stdout: '' });
}, 60_000);
