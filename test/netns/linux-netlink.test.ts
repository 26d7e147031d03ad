import { afterEach, describe, expect, test } from 'vitest';
import { NETLINK_ROUTE } from '../../src/linux/constants.ts';
import { type NetlinkConnection, openNetlink } from '../../src/linux/netlink-conn.ts';
import { concat, FLAG, u32 } from '../../src/wire/netlink.ts';
import { decodeLink, linkDump, RTM } from '../../src/wire/rtnetlink.ts';

// Only questions, which need no right and change nothing: interface 1 is `lo` everywhere.
const ask = (index: number) => ({
  type: RTM.getLink,
  payload: concat(u32(0), u32(index), u32(0), u32(0)),
  what: `look at interface ${index}`,
});

describe('a netlink conversation', () => {
  let connection: NetlinkConnection | undefined;
  const open = (): NetlinkConnection => {
    const opened = openNetlink(NETLINK_ROUTE);
    if (!opened.ok) throw new Error(opened.error.code);
    connection = opened.value;
    return opened.value;
  };
  afterEach(() => connection?.close());

  test('a dump is all its messages', () => {
    const reply = open().request({ type: RTM.getLink, flags: FLAG.dump, payload: linkDump(), what: 'list' });
    expect(reply.ok && reply.value.map((message) => decodeLink(message)?.name)).toContain('lo');
  });

  test('a refusal in the middle of many does not stop the rest, and the answers keep their places', () => {
    const requests = Array.from({ length: 150 }, (_, i) => ask(i % 3 === 1 ? 900_000 + i : 1));
    const replies = open().requestAll(requests);
    expect(replies).toHaveLength(150);
    for (const [i, reply] of replies.entries()) {
      if (i % 3 === 1) {
        expect(reply).toEqual({ ok: false, error: { code: 'ENODEV', what: `look at interface ${900_000 + i}` } });
      } else {
        expect(reply.ok && reply.value.map((message) => decodeLink(message)?.name)).toEqual(['lo']);
      }
    }
  });

  test("the kernel's own words are part of the error", () => {
    const reply = open().request({ type: RTM.newLink, flags: FLAG.create, payload: linkDump(), what: 'make a link' });
    expect(!reply.ok && reply.error.code).toMatch(/^(EOPNOTSUPP|EPERM)$/);
    expect(!reply.ok && reply.error.what).toMatch(/^make a link( \(.+\))?$/);
  });

  test('closing twice is harmless, and afterwards nothing is sent', () => {
    const closed = open();
    closed.close();
    closed.close();
    expect(closed.request(ask(1))).toEqual({ ok: false, error: { code: 'EBADF', what: 'look at interface 1' } });
  });
});
