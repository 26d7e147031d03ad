import assert from 'node:assert/strict';
import { type Family, type IpAddress, ip } from '../../src/base/ip.ts';
import type { ReceivedDatagram, VrrpSocket } from '../../src/ports/vrrp-sockets.ts';
import { A_WHILE, type ContractItem, type Machine, NO_INTERFACE } from './suite.ts';

const GROUPS: Record<Family, IpAddress> = { 4: ip('224.0.0.18'), 6: ip('ff02::12') };

function open(
  machine: Machine,
  name: string,
  family: Family,
  receive: (datagram: ReceivedDatagram) => void,
): VrrpSocket {
  const opened = machine.host.sockets.open({ interface: name, family, group: GROUPS[family] }, receive);
  assert.ok(opened.ok, opened.ok ? '' : `${opened.error.what}: ${opened.error.code}`);
  return opened.value;
}

/** No valid advertisement: who carries a message does not read it. */
const message = (first: number, length = 20): Uint8Array => Uint8Array.from({ length }, (_, i) => (first + i) & 0xff);

const delivers = (family: Family): ContractItem => ({
  name: `IPv${family}: a datagram arrives with source, group, TTL 255, payload and stamp`,
  async run({ one, two, settle }) {
    const source = family === 4 ? one.address : one.linkLocal;
    const received: ReceivedDatagram[] = [];
    const sender = open(one, one.interface, family, () => undefined);
    const receiver = open(two, two.interface, family, (datagram) => received.push(datagram));
    const before = two.host.clock.now();
    assert.deepEqual(sender.send(message(7), source), { ok: true, value: undefined });
    await settle(A_WHILE);
    const [datagram, ...more] = received;
    assert.ok(datagram);
    assert.deepEqual(more, []);
    assert.equal(datagram.interface, two.interface);
    assert.equal(datagram.source, source);
    assert.equal(datagram.destination, GROUPS[family]);
    assert.equal(datagram.ttl, 255);
    assert.deepEqual([...datagram.payload], [...message(7)]);
    // The stamp comes from another clock of the machine, converted: a millisecond of grace before, none after.
    assert.ok(
      datagram.at >= before - 1 && datagram.at <= two.host.clock.now(),
      `stamped ${datagram.at - before} ms on`,
    );
    sender.close();
    receiver.close();
  },
});

export const socketsContract: readonly ContractItem[] = [
  delivers(4),
  {
    name: 'many datagrams arrive whole and in their order, in both directions',
    async run({ one, two, settle }) {
      const heard: Record<'one' | 'two', string[]> = { one: [], two: [] };
      const note = (who: 'one' | 'two') => (datagram: ReceivedDatagram) =>
        heard[who].push(`${datagram.source} ${datagram.payload[0]}/${datagram.payload.length}`);
      const first = open(one, one.interface, 4, note('one'));
      const second = open(two, two.interface, 4, note('two'));
      const numbers = [0, 1, 2, 3, 4, 5, 6, 7];
      for (const i of numbers) {
        first.send(message(i, 20 + i), one.address);
        second.send(message(100 + i, 40 + i), two.address);
      }
      await settle(A_WHILE);
      assert.deepEqual(
        heard.two,
        numbers.map((i) => `${one.address} ${i}/${20 + i}`),
      );
      assert.deepEqual(
        heard.one,
        numbers.map((i) => `${two.address} ${100 + i}/${40 + i}`),
      );
      first.close();
      second.close();
    },
  },
  {
    name: 'the payload is as it was when it was sent, whatever becomes of the buffer',
    async run({ one, two, settle }) {
      const received: ReceivedDatagram[] = [];
      const sender = open(one, one.interface, 4, () => undefined);
      const receiver = open(two, two.interface, 4, (datagram) => received.push(datagram));
      const buffer = message(1);
      sender.send(buffer, one.address);
      buffer.fill(0);
      sender.send(message(2), one.address);
      await settle(A_WHILE);
      assert.deepEqual(
        received.map((datagram) => [...datagram.payload]),
        [[...message(1)], [...message(2)]],
      );
      sender.close();
      receiver.close();
    },
  },
  {
    name: 'our own datagrams do not come back',
    async run({ one, settle }) {
      const received: ReceivedDatagram[] = [];
      const socket = open(one, one.interface, 4, (datagram) => received.push(datagram));
      socket.send(message(7), one.address);
      await settle(A_WHILE);
      assert.deepEqual(received, []);
      socket.close();
    },
  },
  {
    name: 'what arrives on one interface is not delivered to a socket of another',
    async run({ one, two, settle }) {
      const elsewhere: ReceivedDatagram[] = [];
      const here: ReceivedDatagram[] = [];
      const sender = open(one, one.interface, 4, () => undefined);
      const other = open(two, two.elsewhere, 4, (datagram) => elsewhere.push(datagram));
      const receiver = open(two, two.interface, 4, (datagram) => here.push(datagram));
      sender.send(message(7), one.address);
      await settle(A_WHILE);
      assert.equal(here.length, 1);
      assert.deepEqual(elsewhere, []);
      for (const socket of [sender, other, receiver]) socket.close();
    },
  },
  {
    name: 'a closed socket neither hears nor sends',
    async run({ one, two, settle }) {
      const closedHeard: ReceivedDatagram[] = [];
      const openHeard: ReceivedDatagram[] = [];
      const sender = open(one, one.interface, 4, () => undefined);
      const closed = open(two, two.interface, 4, (datagram) => closedHeard.push(datagram));
      const receiver = open(two, two.interface, 4, (datagram) => openHeard.push(datagram));
      closed.close();
      closed.close();
      sender.send(message(7), one.address);
      await settle(A_WHILE);
      assert.equal(openHeard.length, 1);
      assert.deepEqual(closedHeard, []);
      sender.close();
      assert.equal(sender.send(message(8), one.address).ok, false);
      await settle(A_WHILE);
      assert.equal(openHeard.length, 1);
      receiver.close();
    },
  },
  {
    name: 'a link that is down refuses to send, and carries again when it is up',
    async run({ one, two, settle }) {
      const received: ReceivedDatagram[] = [];
      const sender = open(one, one.interface, 4, () => undefined);
      const receiver = open(two, two.interface, 4, (datagram) => received.push(datagram));
      await one.foreign.setLink(one.interface, false);
      await settle(A_WHILE);
      const refused = sender.send(message(1), one.address);
      assert.ok(!refused.ok);
      assert.match(refused.error.code, /^(ENETDOWN|ENETUNREACH)$/);
      await one.foreign.setLink(one.interface, true);
      await settle(A_WHILE);
      assert.equal(sender.send(message(2), one.address).ok, true);
      await settle(A_WHILE);
      assert.deepEqual(
        received.map((datagram) => datagram.payload[0]),
        [2],
      );
      sender.close();
      receiver.close();
    },
  },
  {
    name: 'ENODEV where there is no such interface',
    async run({ one }) {
      const options = { interface: NO_INTERFACE, family: 4 as const, group: GROUPS[4] };
      const opened = one.host.sockets.open(options, () => undefined);
      assert.ok(!opened.ok);
      assert.equal(opened.error.code, 'ENODEV');
      assert.ok(opened.error.what.includes(NO_INTERFACE), opened.error.what);
    },
  },
];

/** For machines that speak IPv6. */
export const sockets6Contract: readonly ContractItem[] = [delivers(6)];
