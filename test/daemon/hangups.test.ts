import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import type { EngineLink } from '../../src/control/link.ts';
import { watchForHangups } from '../../src/daemon/reread.ts';
import { result } from '../console/fixtures.ts';

function watched() {
  const process = new EventEmitter();
  const log: string[] = [];
  const answers: ((fail?: string) => void)[] = [];
  const operate = () =>
    new Promise((resolve, reject) => {
      answers.push((fail) =>
        fail ? reject(new Error(fail)) : resolve({ ...result(), text: `reload ${answers.length}` }),
      );
    });
  const engine = { linkFor: () => ({ operate }) as unknown as EngineLink };
  const hangups = watchForHangups((text) => log.push(text), process as unknown as NodeJS.Process);
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return { hup: () => process.emit('SIGHUP'), log, answers, engine, hangups, settle };
}

test('a hangup that came before the engine is reloaded for, once it runs', async () => {
  const it = watched();
  it.hup();
  it.hup();
  it.hangups.reload(it.engine);
  expect(it.answers).toHaveLength(1);
  it.answers[0]!();
  await it.settle();
  expect(it.answers).toHaveLength(1);
  expect(it.log).toEqual(['reload 1']);
});

test('without a hangup nothing is reloaded', async () => {
  const it = watched();
  it.hangups.reload(it.engine);
  await it.settle();
  expect(it.answers).toEqual([]);
});

test('several during one reload are one more: the file may have changed after it was read', async () => {
  const it = watched();
  it.hangups.reload(it.engine);
  it.hup();
  it.hup();
  it.hup();
  expect(it.answers).toHaveLength(1);
  it.answers[0]!('line 3: unknown keyword');
  await it.settle();
  expect(it.answers).toHaveLength(2);
  it.answers[1]!();
  await it.settle();
  expect(it.answers).toHaveLength(2);
  expect(it.log).toEqual(['warning: not reloaded: line 3: unknown keyword', 'reload 2']);
});
