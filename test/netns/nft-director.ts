/** Runs in a director's namespace: the nftables table, driven by lines of JSON. */
import { createInterface } from 'node:readline';
import type { TableOperation } from '../../src/ipvs/types.ts';
import { openNftTable } from '../../src/linux/nft-table.ts';
import { ipvsTableContract } from '../contract/ipvs-table.ts';

const flowsMax = process.argv[2] === undefined ? undefined : Number(process.argv[2]);
let table = openNftTable({ flowsMax });

const calls: Record<string, (...args: never[]) => unknown> = {
  opened: () => ({ kind: table.kind, reason: table.reason }),
  apply: (operations: TableOperation[]) =>
    table.apply(operations).map((result) => (result.ok ? 'ok' : `${result.error.code}: ${result.error.what}`)),
  dump: () => {
    const dumped = table.dump();
    return dumped.ok ? dumped.value : dumped.error;
  },
  usage: () => table.usage?.(),
  /** As a restart of the engine would: nothing of it remains but what the kernel has. */
  reopen: () => {
    table.close();
    table = openNftTable({ flowsMax });
  },
  contract: () => {
    const results: string[] = [];
    ipvsTableContract((name, body) => {
      try {
        body();
        results.push(`${name}: passed`);
      } catch (error) {
        results.push(`${name}: ${String(error)}`);
      }
    }, openNftTable);
    return results;
  },
};

const text = (value: unknown): string =>
  JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? Number(inner) : inner));

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, call, args } = JSON.parse(line) as { id: number; call: string; args: never[] };
  console.log(text({ id, value: calls[call]?.(...args) ?? null }));
});
console.log(text({ event: 'ready' }));
