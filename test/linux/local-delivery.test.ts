import { expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { err, ok } from '../../src/base/result.ts';
import { createLocalDelivery } from '../../src/linux/local-delivery.ts';
import { renderNoAccept } from '../../src/nft/no-accept.ts';
import type { StateFiles } from '../../src/ports/state-files.ts';

const REFUSED = [{ interface: 'eth0', address: ip('192.0.2.10') }];

function delivery() {
  const mark = { text: undefined as string | undefined };
  const files: StateFiles = {
    read: () => ok(mark.text),
    replace(_, text) {
      mark.text = text;
      return ok(undefined);
    },
    append: () => ok(undefined),
  };
  const ran: string[] = [];
  const wrong: { now?: string } = {};
  const run = (script: string) => {
    ran.push(script);
    return wrong.now === undefined ? ok(undefined) : err(wrong.now);
  };
  return { mark, ran, wrong, ...createLocalDelivery(files, run) };
}

test('the table is made anew each time it is asked for, for somebody may have flushed it', () => {
  const { refuse, ran, mark } = delivery();
  refuse(REFUSED);
  refuse(REFUSED);
  expect(ran).toEqual([renderNoAccept(REFUSED), renderNoAccept(REFUSED)]);
  expect(mark.text).toBe('yes\n');
});

test('it is removed once; where it never was, nftables is not met at all', () => {
  const { refuse, ran, mark } = delivery();
  refuse([]);
  expect(ran).toEqual([]);
  refuse(REFUSED);
  refuse([]);
  refuse([]);
  expect(ran.slice(1)).toEqual([renderNoAccept([])]);
  expect(mark.text).toBe('no\n');
});

test('what could not be removed stays marked, and is tried again', () => {
  const { refuse, ran, wrong, mark } = delivery();
  refuse(REFUSED);
  wrong.now = 'busy';
  expect(refuse([])).toEqual(err('busy'));
  expect(mark.text).toBe('yes\n');
  delete wrong.now;
  expect(refuse([])).toEqual(ok(undefined));
  expect(ran).toHaveLength(3);
});
