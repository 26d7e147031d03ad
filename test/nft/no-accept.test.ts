import { expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { renderNoAccept } from '../../src/nft/no-accept.ts';

const CLEAN = 'table inet hatop-no-accept\ndelete table inet hatop-no-accept\n';
const on = (address: string, name = 'eth0') => ({ interface: name, address: ip(address) });

test('nothing to refuse: the table goes, whether it was there or not', () => {
  expect(renderNoAccept([])).toBe(CLEAN);
});

test('in and out, each address once, neighbour discovery first; a link-local one on its interface alone', () => {
  const all = [on('10.0.0.1'), on('10.0.0.2', 'eth1'), on('10.0.0.1'), on('fd00::1'), on('fe80::9', 'eth1')];
  expect(renderNoAccept(all)).toBe(`${CLEAN}table inet hatop-no-accept {
  chain in {
    type filter hook input priority -1; policy accept;
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
    ip daddr { 10.0.0.1, 10.0.0.2 } drop
    ip6 daddr { fd00::1 } drop
    iifname "eth1" ip6 daddr fe80::9 drop
  }
  chain out {
    type filter hook output priority -1; policy accept;
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
    ip saddr { 10.0.0.1, 10.0.0.2 } drop
    ip6 saddr { fd00::1 } drop
    oifname "eth1" ip6 saddr fe80::9 drop
  }
}
`);
});
