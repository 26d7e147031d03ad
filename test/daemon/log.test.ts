import { expect, test } from 'vitest';
import { journalLine } from '../../src/daemon/log.ts';

test("an event is one line of the log, whatever a peer's name or reason in it would do to a terminal", () => {
  const text = 'link down: \x1b[2Jn2\ninfo: VI_1: all is well';
  expect(journalLine({ severity: 'warning', subject: 'n2\u202e', text })).toBe(
    'warning: n2·: link down: ·[2Jn2·info: VI_1: all is well',
  );
  expect(journalLine({ severity: 'info', subject: '', text: 'started' })).toBe('info: started');
});
