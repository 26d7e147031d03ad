import assert from 'node:assert/strict';
import { parseMac } from '../../src/base/mac.ts';
import { A_WHILE, type ContractItem, NO_INTERFACE } from './suite.ts';

export const linksContract: readonly ContractItem[] = [
  {
    name: 'finds an interface by its name, as it is listed',
    async run({ one, two }) {
      for (const { host, interface: name, elsewhere } of [one, two]) {
        const link = host.links.find(name);
        assert.ok(link);
        assert.equal(link.name, name);
        assert.equal(link.up, true);
        assert.ok(link.index > 0);
        assert.ok(link.mtu >= 576);
        assert.equal(parseMac(link.mac ?? ''), link.mac);
        const listed = host.links.list();
        assert.deepEqual(
          listed.find((other) => other.name === name),
          link,
        );
        assert.ok(listed.some((other) => other.name === elsewhere && other.index !== link.index));
      }
      assert.notEqual(one.host.links.find(one.interface)?.mac, two.host.links.find(two.interface)?.mac);
    },
  },
  {
    name: 'finds nothing where there is no such interface',
    async run({ one }) {
      assert.equal(one.host.links.find(NO_INTERFACE), undefined);
    },
  },
  {
    name: 'a link that goes down and up again is noticed, and no other is blamed',
    async run({ one, settle }) {
      const { host, interface: name, elsewhere } = one;
      const seen: { kind: string; name: string; up: boolean }[] = [];
      const cancel = host.links.watch(({ kind, link }) => seen.push({ kind, name: link.name, up: link.up }));
      await one.foreign.setLink(name, false);
      await settle(A_WHILE);
      assert.equal(host.links.find(name)?.up, false);
      assert.deepEqual(seen.at(-1), { kind: 'changed', name, up: false });
      await one.foreign.setLink(name, true);
      await settle(A_WHILE);
      assert.equal(host.links.find(name)?.up, true);
      assert.deepEqual(seen.at(-1), { kind: 'changed', name, up: true });
      assert.ok(seen.every((change) => change.name !== elsewhere));
      cancel();
    },
  },
  {
    name: 'a cancelled watch is silent',
    async run({ one, settle }) {
      const seen: string[] = [];
      const cancel = one.host.links.watch(({ link }) => seen.push(link.name));
      cancel();
      await one.foreign.setLink(one.interface, false);
      await one.foreign.setLink(one.interface, true);
      await settle(A_WHILE);
      assert.deepEqual(seen, []);
    },
  },
];
