import type { MacAddress } from '../base/mac.ts';
import { type ArpPacket, decodeArp, encodeArp } from '../wire/arp.ts';
import { decodeEthernet, ETHERTYPE, encodeEthernet } from '../wire/ethernet.ts';

/** Undefined where `frame`, Ethernet header included, is no ARP for IPv4. */
export function arpOf(frame: Uint8Array): ArpPacket | undefined {
  const ethernet = decodeEthernet(frame);
  return ethernet?.type === ETHERTYPE.arp ? decodeArp(ethernet.payload) : undefined;
}

/** The unicast frame in which the machine with `mac` says that it holds what `request` asks for. */
export function answerTo(request: ArpPacket, mac: MacAddress): Uint8Array {
  const payload = encodeArp({
    operation: 'reply',
    senderMac: mac,
    senderIp: request.targetIp,
    targetMac: request.senderMac,
    targetIp: request.senderIp,
  });
  return encodeEthernet({ destination: request.senderMac, source: mac, type: ETHERTYPE.arp, payload });
}
