import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import {
  encodeIpvsCommand,
  encodeIpvsDestination,
  encodeIpvsDestinationId,
  encodeIpvsService,
  encodeIpvsServiceId,
} from '../../src/wire/ipvs.ts';
import { IP_PROTOCOL, IPVS_COMMAND, IPVS_FLAG, IPVS_METHOD, type IpvsServiceId } from '../../src/wire/ipvs-layout.ts';
import { decodeIpvsDestination, decodeIpvsInfo, decodeIpvsService } from '../../src/wire/ipvs-reply.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex');
const flat = (text: string): string => text.replaceAll(/\s/g, '');

const web: IpvsServiceId = { family: 4, protocol: IP_PROTOCOL.tcp, address: ip('192.0.2.10'), port: 80 };
const dns6: IpvsServiceId = { family: 6, protocol: IP_PROTOCOL.udp, address: ip('2001:db8::10'), port: 53 };

const WEB = '06000100 02000000 06000200 06000000 14000300 c000020a000000000000000000000000 06000400 00500000';
const DNS6 = '06000100 0a000000 06000200 11000000 14000300 20010db8000000000000000000000010 06000400 00350000';

describe('requests', () => {
  test('a persistent TCP service: byte for byte what ipvsadm -A -t 192.0.2.10:80 -s wrr -p 50 sends', () => {
    const service = { id: web, scheduler: 'wrr', flags: 1, flagMask: 0xffffffff, timeout: 50, prefix: 32 };
    expect(hex(encodeIpvsService(IPVS_COMMAND.newService, service))).toBe(
      flat(`01010000 54000180 ${WEB}
        08000600 77727200 0c000700 01000000ffffffff 08000800 32000000 08000900 ffffffff`),
    );
  });

  test('an IPv6 UDP service: byte for byte what ipvsadm -A -u [2001:db8::10]:53 -s rr sends', () => {
    const service = { id: dns6, scheduler: 'rr', flags: 0, flagMask: 0xffffffff, timeout: 0, prefix: 128 };
    expect(hex(encodeIpvsService(IPVS_COMMAND.newService, service))).toBe(
      flat(`01010000 54000180 ${DNS6}
        07000600 72720000 0c000700 00000000ffffffff 08000800 00000000 08000900 80000000`),
    );
  });

  test('a service by firewall mark has no address', () => {
    expect(hex(encodeIpvsServiceId(IPVS_COMMAND.deleteService, { family: 4, mark: 7 }))).toBe(
      flat('03010000 14000180 06000100 02000000 08000500 07000000'),
    );
  });

  test('a /24 of persistence is a mask in network order', () => {
    const service = { id: web, scheduler: 'rr', flags: 1, flagMask: 1, timeout: 1, prefix: 24 };
    expect(hex(encodeIpvsService(IPVS_COMMAND.setService, service)).slice(-16)).toBe('08000900ffffff00');
  });

  test('a destination: method, weight and thresholds beside its name', () => {
    const destination = { address: ip('198.51.100.1'), port: 8080, method: 3, weight: 65535, upper: 0, lower: 0 };
    expect(hex(encodeIpvsDestination(IPVS_COMMAND.newDestination, web, destination))).toBe(
      flat(`05010000 30000180 ${WEB}
        48000280 14000100 c6336401000000000000000000000000 06000200 1f900000 06000b00 02000000
        08000300 03000000 08000400 ffff0000 08000500 00000000 08000600 00000000`),
    );
  });

  test('a deletion names the destination only; a list names the service; the table needs no name', () => {
    expect(
      hex(encodeIpvsDestinationId(IPVS_COMMAND.deleteDestination, dns6, { address: ip('2001:db8::1'), port: 53 })),
    ).toBe(
      flat(`07010000 30000180 ${DNS6}
        28000280 14000100 20010db8000000000000000000000001 06000200 00350000 06000b00 0a000000`),
    );
    expect(hex(encodeIpvsServiceId(IPVS_COMMAND.getDestination, web))).toBe(flat(`08010000 30000180 ${WEB}`));
    expect(hex(encodeIpvsCommand(IPVS_COMMAND.getInfo))).toBe('0f010000');
  });
});

// Recorded from Linux 6.1 after the commands of the titles; the counters are ours, since an idle table counts nothing.
const STATS = `60000a00 08000100 05000000 08000200 00000000 08000300 00000000 0c000400 0000000000000000 04000b00
  0c000500 0000000000000000 08000600 00000000 08000700 00000000 08000800 00000000 08000900 00000000 08000a00 00000000`;
/** As it is where its 64-bit values would not be aligned otherwise. */
const STATS_PADDED = STATS.replace('60000a00', '64000a00').replace('0c000400', '04000b00 0c000400');
const STATS64 = `a0000c00 0c000100 0500000001000000 04000b00 0c000200 0700000000000000 04000b00 0c000300 0200000000000000
  04000b00 0c000400 ffffffffffffff7f 04000b00 0c000500 0a00000000000000 04000b00 0c000600 0000000000000000
  04000b00 0c000700 0000000000000000 04000b00 0c000800 0000000000000000 04000b00 0c000900 0000000000000000
  04000b00 0c000a00 0000000000000000`;
const COUNTED = {
  connections: 0x1_0000_0005n,
  inPackets: 7n,
  outPackets: 2n,
  inBytes: 0x7fff_ffff_ffff_ffffn,
  outBytes: 10n,
};

describe('answers', () => {
  test('ipvsadm -A -t 192.0.2.10:80 -s wrr -p 50', () => {
    const service = decodeIpvsService(
      bytes(`01010000 54010100 ${WEB} 08000600 77727200 0c000700 03000000ffffffff 08000800 32000000 08000900 ffffffff
        ${STATS} ${STATS64}`),
    );
    expect(service).toEqual({
      ok: true,
      value: {
        id: web,
        scheduler: 'wrr',
        flags: IPVS_FLAG.persistent | IPVS_FLAG.hashed,
        flagMask: 0xffffffff,
        timeout: 50,
        prefix: 32,
        stats: COUNTED,
      },
    });
  });

  test('ipvsadm -A -f 7 -s rr: a service by firewall mark', () => {
    const service = decodeIpvsService(
      bytes(`01010000 3c010100 06000100 02000000 08000500 07000000 07000600 72720000 0c000700 02000000ffffffff
        08000800 00000000 08000900 ffffffff ${STATS_PADDED} ${STATS64}`),
    );
    expect(service.ok && service.value.id).toEqual({ family: 4, mark: 7 });
  });

  const DESTINATION = `1400010020010db8000000000000000000000001 06000200 00350000 08000300 02000000 08000400 05000000
    05000d00 00000000 06000e00 00000000 06000f00 00000000 08000500 00000000 08000600 00000000
    08000700 01000000 08000800 02000000 08000900 03000000`;

  test('ipvsadm -a -u [2001:db8::10]:53 -r [2001:db8::1]:53 -i -w 5', () => {
    const destination = decodeIpvsDestination(
      bytes(`05010000 7c010200 ${DESTINATION} 06000b00 0a000000 ${STATS_PADDED} ${STATS64}`),
      6,
    );
    expect(destination).toEqual({
      ok: true,
      value: {
        address: ip('2001:db8::1'),
        port: 53,
        method: IPVS_METHOD.tunnel,
        weight: 5,
        upper: 0,
        lower: 0,
        active: 1,
        inactive: 2,
        persistent: 3,
        stats: COUNTED,
      },
    });
  });

  test('an old kernel says no family and counts in 32 bits', () => {
    const destination = decodeIpvsDestination(bytes(`05010000 d0000200 ${DESTINATION} ${STATS}`), 6);
    expect(destination.ok && destination.value.address).toBe('2001:db8::1');
    expect(destination.ok && destination.value.stats.connections).toBe(5n);
  });

  test('GET_INFO', () => {
    expect(decodeIpvsInfo(bytes('0e010000 08000100 01020100 08000200 00100000'))).toEqual({
      ok: true,
      value: { version: '1.2.1', connectionTableSize: 4096 },
    });
  });

  test('what is not a service or a destination is an error that says so', () => {
    expect(decodeIpvsService(bytes('01010000'))).toEqual({ ok: false, error: 'an IPVS message without attribute 1' });
    expect(decodeIpvsService(bytes('01010000 0c000100 06000100 63000000')).ok).toBe(false);
    expect(decodeIpvsService(bytes(`01010000 30000100 ${WEB}`)).ok).toBe(false);
    expect(decodeIpvsDestination(bytes('05010000 0c000200 06000200 00350000'), 4).ok).toBe(false);
  });

  test('bytes of any kind give an answer or an error, never an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (random) => {
        expect(typeof decodeIpvsService(random).ok).toBe('boolean');
        expect(typeof decodeIpvsDestination(random, 4).ok).toBe('boolean');
        expect(typeof decodeIpvsInfo(random).ok).toBe('boolean');
      }),
    );
  });

  test('what we ask for is what we read', () => {
    fc.assert(
      fc.property(
        fc.ipV4(),
        fc.integer({ min: 0, max: 65535 }),
        fc.integer({ min: 0, max: 32 }),
        fc.integer({ min: 0, max: 2_678_400 }),
        (address, port, prefix, timeout) => {
          const id: IpvsServiceId = { family: 4, protocol: 17, address: ip(address), port };
          const service = { id, scheduler: 'wlc', flags: 1, flagMask: 1, timeout, prefix };
          const read = decodeIpvsService(encodeIpvsService(IPVS_COMMAND.newService, service));
          expect(read.ok && read.value).toMatchObject(service);
        },
      ),
    );
  });
});
