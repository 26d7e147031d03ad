import { type IpAddress, ipBytes, ipFromBytes } from '../base/ip.ts';
import { BROADCAST, type MacAddress, macBytes, macFromBytes } from '../base/mac.ts';

/** What a kernel reads of an ARP packet (RFC 826) in an Ethernet frame. */
export interface Arp {
  readonly operation: 'request' | 'reply';
  readonly senderMac: MacAddress;
  readonly senderIp: IpAddress;
  readonly targetMac: MacAddress;
  readonly targetIp: IpAddress;
}

const ETHERNET_HEADER = 14;
/** Ethernet type ARP; then hardware Ethernet, protocol IPv4, address lengths 6 and 4. */
const ARP_PREFIX = [0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0];
const NO_MAC = '00:00:00:00:00:00' as MacAddress;

/** Undefined where `frame` is no ARP for IPv4 over Ethernet. */
export function parseArp(frame: Uint8Array): Arp | undefined {
  if (frame.length < ETHERNET_HEADER + 28) return undefined;
  if (ARP_PREFIX.some((byte, i) => frame[12 + i] !== byte)) return undefined;
  const operation = frame[21];
  if (operation !== 1 && operation !== 2) return undefined;
  return {
    operation: operation === 1 ? 'request' : 'reply',
    senderMac: macFromBytes(frame.subarray(22, 28)),
    senderIp: ipFromBytes(frame.subarray(28, 32)),
    targetMac: macFromBytes(frame.subarray(32, 38)),
    targetIp: ipFromBytes(frame.subarray(38, 42)),
  };
}

/** The unicast reply of the machine with `mac` to a request for an address that it holds. */
export const answerTo = (request: Arp, mac: MacAddress): Uint8Array =>
  encode(request.senderMac, {
    operation: 'reply',
    senderMac: mac,
    senderIp: request.targetIp,
    targetMac: request.senderMac,
    targetIp: request.senderIp,
  });

export const whoHas = (senderMac: MacAddress, senderIp: IpAddress, targetIp: IpAddress): Uint8Array =>
  encode(BROADCAST, { operation: 'request', senderMac, senderIp, targetMac: NO_MAC, targetIp });

function encode(to: MacAddress, arp: Arp): Uint8Array {
  return Uint8Array.of(
    ...macBytes(to),
    ...macBytes(arp.senderMac),
    ...ARP_PREFIX,
    arp.operation === 'request' ? 1 : 2,
    ...macBytes(arp.senderMac),
    ...ipBytes(arp.senderIp),
    ...macBytes(arp.targetMac),
    ...ipBytes(arp.targetIp),
  );
}
