import { expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { noneTable } from '../../src/linux/none-table.ts';

test('a machine that cannot balance has an empty table and refuses each operation with the reason', () => {
  const table = noneTable('this kernel has no IPVS');
  const service = { address: ip('192.0.2.10'), port: 80, protocol: 'tcp', scheduler: 'rr' } as const;
  expect([table.kind, table.reason]).toEqual(['none', 'this kernel has no IPVS']);
  expect(table.dump()).toEqual({ ok: true, value: [] });
  expect(table.apply([])).toEqual([]);
  const refused = { ok: false, error: { code: 'ENOTSUP', what: 'this kernel has no IPVS' } };
  expect(
    table.apply([
      { kind: 'add-service', service },
      { kind: 'delete-service', service },
    ]),
  ).toEqual([refused, refused]);
});
