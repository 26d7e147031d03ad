/** Numbers of the kernel's interface that the adapters share (asm-generic: the same on x86-64 and arm64). */
export const AF = { inet: 2, netlink: 16, packet: 17, inet6: 10 } as const;
export const SOCK = { raw: 3, dgram: 2, nonblock: 0o4000, closeOnExec: 0o2000000 } as const;

export const SOL = { socket: 1, ip: 0, ipv6: 41, netlink: 270 } as const;
export const SO = {
  receiveBuffer: 8,
  peerCredentials: 17,
  receiveTimeout: 20,
  bindToDevice: 25,
  attachFilter: 26,
  receiveBufferForce: 33,
  timestampNs: 35,
} as const;
export const IP = {
  tos: 1,
  ttl: 2,
  headerIncluded: 3,
  packetInfo: 8,
  mtuDiscover: 10,
  receiveTtl: 12,
  multicastIf: 32,
  multicastTtl: 33,
  multicastLoop: 34,
  addMembership: 35,
  multicastAll: 49,
} as const;
export const IPV6 = {
  unicastHops: 16,
  multicastIf: 17,
  multicastHops: 18,
  multicastLoop: 19,
  addMembership: 20,
  only: 26,
  multicastAll: 29,
  receivePacketInfo: 49,
  packetInfo: 50,
  receiveHopLimit: 51,
  hopLimit: 52,
  trafficClass: 67,
} as const;
export const NETLINK = { capAck: 10, extAck: 11, strictCheck: 12 } as const;

export const NETLINK_ROUTE = 0;
export const NETLINK_NETFILTER = 12;
export const NETLINK_GENERIC = 16;

export const POLLIN = 1;
export const MSG = { dontWait: 0x40, truncated: 0x20 } as const;
export const CLOCK = { realtime: 0, monotonic: 1, boottime: 7 } as const;
