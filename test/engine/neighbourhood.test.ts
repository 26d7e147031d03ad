import { expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { instant } from '../../src/base/time.ts';
import { createNeighbourhood } from '../../src/engine/router/neighbourhood.ts';
import type { VirtualRouter } from '../../src/engine/router/virtual-router.ts';
import type { InterfaceAddress } from '../../src/ports/addresses.ts';
import type { VrrpHost } from '../../src/ports/host.ts';

const on = (name: string, address: string, prefix = 24): InterfaceAddress => ({
  interface: name,
  address: ip(address),
  prefix,
});
const routerOf = (vrid: number, held: InterfaceAddress): VirtualRouter =>
  ({ plan: { config: { interface: 'eth0', family: 4, vrid }, held: [held] } }) as unknown as VirtualRouter;
const datagram = (vrid: number, name = 'eth0', source = '10.0.0.9') => ({
  interface: name,
  source: ip(source),
  destination: ip('224.0.0.18'),
  ttl: 255,
  payload: Uint8Array.of(0x31, vrid),
  at: instant(0),
});

test('a datagram belongs to the instance of its interface, family and VRID', () => {
  const routers = [routerOf(1, on('eth0', '10.0.0.100')), routerOf(2, on('eth0', '10.0.0.101'))];
  const host = { addresses: { list: () => [] } } as unknown as VrrpHost;
  const neighbourhood = createNeighbourhood(() => routers, host);
  expect(neighbourhood.find(datagram(2))).toBe(routers[1]);
  expect(neighbourhood.find(datagram(3))).toBeUndefined();
  expect(neighbourhood.find(datagram(2, 'eth1'))).toBeUndefined();
  expect(neighbourhood.find(datagram(2, 'eth0', 'fe80::1'))).toBeUndefined();
  routers.splice(1, 1);
  neighbourhood.forget();
  expect(neighbourhood.find(datagram(2))).toBeUndefined();
});

test('networks are those of the interface without its own virtual addresses, until an address changes', () => {
  const router = routerOf(1, on('eth0', '10.0.0.100'));
  let present = [on('eth0', '10.0.0.1'), on('eth0', '10.0.0.100'), on('eth1', '10.1.0.1')];
  let looked = 0;
  const list = (): InterfaceAddress[] => {
    looked += 1;
    return present;
  };
  const neighbourhood = createNeighbourhood(() => [router], { addresses: { list } } as unknown as VrrpHost);
  const { ownAddresses, networks } = neighbourhood.networks(router);
  expect(ownAddresses).toEqual(['10.0.0.1', '10.0.0.100']);
  expect(networks.map(({ address }) => address)).toEqual(['10.0.0.1']);
  neighbourhood.networks(router);
  expect(looked).toBe(1);
  present = [on('eth0', '10.9.0.1')];
  neighbourhood.forget();
  expect(neighbourhood.networks(router).ownAddresses).toEqual(['10.9.0.1']);
});

test('a virtual address is nobody’s source, unless somebody asks for it', () => {
  const routers = [routerOf(1, on('eth0', '10.0.0.100')), routerOf(2, on('eth0', '10.0.0.101'))];
  const host = { addresses: { list: () => [] } } as unknown as VrrpHost;
  const neighbourhood = createNeighbourhood(() => routers, host);
  const may = (address: string): boolean => neighbourhood.mayBeSource(ip(address));
  expect(['10.0.0.1', '10.0.0.100', '10.0.0.101'].map(may)).toEqual([true, false, false]);
  (routers[0]?.plan as { sourceAddress?: string }).sourceAddress = '10.0.0.101';
  neighbourhood.forget();
  expect(['10.0.0.1', '10.0.0.100', '10.0.0.101'].map(may)).toEqual([true, false, true]);
});
