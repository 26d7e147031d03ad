import { describe, expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { differences, follow, type Known } from '../../src/linux/known-routes.ts';
import { attribute, concat, type NetlinkMessage, string, u8, u16, u32 } from '../../src/wire/netlink.ts';
import { newAddress, RTM } from '../../src/wire/rtnetlink.ts';

const known = (): Known => ({ links: new Map(), addresses: new Map() });

const link = (name: string, up = true, type: number = RTM.newLink, index = 3): NetlinkMessage => ({
  type,
  flags: 0,
  seq: 0,
  payload: concat(u8(0), u8(0), u16(1), u32(index), u32(up ? 0x43 : 0x2), u32(0), attribute(3, string(name))),
});
const address = (text: string, type: number = RTM.newAddr, label?: string): NetlinkMessage => ({
  type,
  flags: 0,
  seq: 0,
  payload: newAddress({ index: 3, address: ip(text), prefix: 24, label }),
});
const knowing = (...messages: NetlinkMessage[]): Known => {
  const state = known();
  for (const message of messages) follow(state, message);
  return state;
};
const said = (changes: ReturnType<typeof follow>): string[] =>
  changes.map((change) =>
    'link' in change
      ? `${change.kind} ${change.link.name} ${change.link.up ? 'up' : 'down'}`
      : `${change.kind} ${change.address.address} on ${change.address.interface}`,
  );

describe('following broadcasts', () => {
  test('a link that goes down is news, the same message again is none', () => {
    const state = knowing(link('eth0'));
    expect(said(follow(state, link('eth0', false)))).toEqual(['changed eth0 down']);
    expect(said(follow(state, link('eth0', false)))).toEqual([]);
  });

  test('a renamed link is gone under its old name', () => {
    expect(said(follow(knowing(link('eth0')), link('lan0')))).toEqual(['removed eth0 up', 'changed lan0 up']);
  });

  test('the addresses of a link take its new name, and go with it', () => {
    const state = knowing(link('eth0'), address('10.0.0.1'));
    expect(said(follow(state, link('lan0')))).toEqual([
      'removed 10.0.0.1 on eth0',
      'removed eth0 up',
      'changed lan0 up',
      'added 10.0.0.1 on lan0',
    ]);
    expect([...state.addresses.values()]).toMatchObject([{ interface: 'lan0', address: '10.0.0.1' }]);
    expect(said(follow(state, link('lan0', true, RTM.delLink)))).toEqual([
      'removed 10.0.0.1 on lan0',
      'removed lan0 up',
    ]);
    expect(state.addresses.size).toBe(0);
  });

  test('a link of which the index only begins like it keeps its addresses', () => {
    const state = knowing(link('eth0'), link('eth1', true, RTM.newLink, 33), address('10.0.0.1'));
    follow(state, link('eth1', true, RTM.delLink, 33));
    expect(state.addresses.size).toBe(1);
  });

  test('a link is removed once', () => {
    const state = knowing(link('eth0'));
    expect(said(follow(state, link('eth0', true, RTM.delLink)))).toEqual(['removed eth0 up']);
    expect(said(follow(state, link('eth0', true, RTM.delLink)))).toEqual([]);
  });

  test('addresses come and go under the name of their interface', () => {
    const state = knowing(link('eth0'));
    expect(said(follow(state, address('10.0.0.1')))).toEqual(['added 10.0.0.1 on eth0']);
    expect(said(follow(state, address('10.0.0.1')))).toEqual([]);
    expect(said(follow(state, address('10.0.0.1', RTM.delAddr)))).toEqual(['removed 10.0.0.1 on eth0']);
    expect(said(follow(state, address('10.0.0.1', RTM.delAddr)))).toEqual([]);
  });

  test("the kernel's default label is no label", () => {
    const state = knowing(link('eth0'));
    const labels = ['eth0', 'eth0:1'].map((label, i) => follow(state, address(`10.0.0.${i}`, RTM.newAddr, label))[0]);
    expect(labels).toMatchObject([{ address: { label: undefined } }, { address: { label: 'eth0:1' } }]);
  });

  test('an address of an unknown interface is passed over', () => {
    expect(follow(known(), address('10.0.0.1'))).toEqual([]);
  });
});

describe('after messages were lost', () => {
  test('the differences are told: removals, links, additions', () => {
    const onEth1 = {
      ...address('10.0.1.1'),
      payload: newAddress({ index: 4, address: ip('10.0.1.1'), prefix: 24, label: undefined }),
    };
    const state = knowing(
      link('eth0'),
      link('eth1', true, RTM.newLink, 4),
      address('10.0.0.1'),
      address('10.0.0.2'),
      onEth1,
    );
    const now = knowing(link('eth0', false), address('10.0.0.2'), address('10.0.0.3'));
    expect(said(differences(state, now))).toEqual([
      'removed 10.0.0.1 on eth0',
      'removed 10.0.1.1 on eth1',
      'removed eth1 up',
      'changed eth0 down',
      'added 10.0.0.3 on eth0',
    ]);
    expect(differences(state, now)).toEqual([]);
  });
});
