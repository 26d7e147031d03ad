import assert from 'node:assert/strict';
import { type IpAddress, ip, ipBytes } from '../../src/base/ip.ts';
import { BROADCAST, type MacAddress, macBytes, parseMac } from '../../src/base/mac.ts';
import type { ReceivedArp } from '../../src/ports/vrrp-sockets.ts';
import { A_WHILE, type ContractItem, type Machine, NO_INTERFACE } from './suite.ts';

const VIP = ip('10.77.0.1');

const macOf = (machine: Machine): MacAddress => {
  const mac = machine.host.links.find(machine.interface)?.mac;
  assert.ok(mac);
  return mac;
};

/** Written out here once more, so that a mistake in the product's encoder cannot agree with itself. */
function arpFrame(operation: 1 | 2, sender: MacAddress, senderIp: IpAddress, targetIp: IpAddress): Uint8Array {
  const ethernet = [...macBytes(BROADCAST), ...macBytes(sender), 0x08, 0x06];
  const head = [0, 1, 0x08, 0, 6, 4, 0, operation];
  const target = Array<number>(6).fill(0);
  return Uint8Array.from([
    ...ethernet,
    ...head,
    ...macBytes(sender),
    ...ipBytes(senderIp),
    ...target,
    ...ipBytes(targetIp),
  ]);
}

function watch(machine: Machine, seen: ReceivedArp[], about: readonly IpAddress[]): () => void {
  const watching = machine.host.neighbours.watchArp(machine.interface, (arp) => {
    // A real machine has other things to ask at the same time.
    if (about.includes(arp.senderIp) || about.includes(arp.targetIp)) seen.push(arp);
  });
  assert.ok(watching.ok);
  return watching.value;
}

export const neighboursContract: readonly ContractItem[] = [
  ...([1, 2] as const).map((operation): ContractItem => {
    const name = operation === 1 ? 'request' : 'reply';
    return {
      name: `a gratuitous ARP (${name}) is seen by the other machine, not by its sender`,
      async run({ one, two, settle }) {
        const ours: ReceivedArp[] = [];
        const theirs: ReceivedArp[] = [];
        const cancels = [watch(one, ours, [VIP]), watch(two, theirs, [VIP])];
        const before = two.host.clock.now();
        const sent = one.host.neighbours.sendFrame(one.interface, arpFrame(operation, macOf(one), VIP, VIP));
        assert.deepEqual(sent, { ok: true, value: undefined });
        await settle(A_WHILE);
        const [arp, ...more] = theirs;
        assert.ok(arp);
        assert.deepEqual(more, []);
        const { at, ...rest } = arp;
        const expected = {
          interface: two.interface,
          operation: name,
          senderMac: macOf(one),
          senderIp: VIP,
          targetIp: VIP,
        };
        assert.deepEqual(rest, expected);
        assert.ok(at >= before - 1 && at <= two.host.clock.now());
        assert.deepEqual(ours, []);
        for (const cancel of cancels) cancel();
      },
    };
  }),
  {
    name: 'the sender may name another hardware address than its own (virtual MAC)',
    async run({ one, two, settle }) {
      const virtual = parseMac('00:00:5e:00:01:33')!;
      const theirs: ReceivedArp[] = [];
      const cancel = watch(two, theirs, [VIP]);
      one.host.neighbours.sendFrame(one.interface, arpFrame(2, virtual, VIP, VIP));
      await settle(A_WHILE);
      assert.deepEqual(
        theirs.map((arp) => arp.senderMac),
        [virtual],
      );
      cancel();
    },
  },
  {
    name: 'a machine answers for an address that it holds, and only while it does',
    async run({ one, two, settle }) {
      const vip = { interface: two.interface, address: VIP, prefix: 32 };
      const seen: ReceivedArp[] = [];
      const cancel = watch(one, seen, [VIP]);
      const ask = async (): Promise<string[]> => {
        seen.length = 0;
        one.host.neighbours.sendFrame(one.interface, arpFrame(1, macOf(one), one.address, VIP));
        await settle(A_WHILE);
        return seen.map((arp) => `${arp.operation} ${arp.senderIp} ${arp.senderMac}`);
      };
      assert.deepEqual(await ask(), []);
      two.host.addresses.add(vip);
      assert.deepEqual(await ask(), [`reply ${VIP} ${macOf(two)}`]);
      two.host.addresses.remove(vip);
      assert.deepEqual(await ask(), []);
      cancel();
    },
  },
  {
    name: 'a cancelled watch is silent',
    async run({ one, two, settle }) {
      const cancelled: ReceivedArp[] = [];
      const kept: ReceivedArp[] = [];
      const cancel = watch(two, cancelled, [VIP]);
      const cancelKept = watch(two, kept, [VIP]);
      cancel();
      cancel();
      one.host.neighbours.sendFrame(one.interface, arpFrame(1, macOf(one), VIP, VIP));
      await settle(A_WHILE);
      cancelKept();
      assert.deepEqual(cancelled, []);
      assert.equal(kept.length, 1);
    },
  },
  {
    name: 'ENODEV where there is no such interface',
    async run({ one: { host } }) {
      const sent = host.neighbours.sendFrame(NO_INTERFACE, new Uint8Array(60));
      const watching = host.neighbours.watchArp(NO_INTERFACE, () => undefined);
      for (const result of [sent, watching]) {
        assert.ok(!result.ok);
        assert.equal(result.error.code, 'ENODEV');
      }
    },
  },
];
