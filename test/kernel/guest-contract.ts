/** Runs in the guest: the table's contract over the kernel's own table. One line of JSON per check. */
import { openIpvsTable } from '../../src/linux/ipvs-table.ts';
import { ipvsTableContract } from '../contract/ipvs-table.ts';

const first = openIpvsTable();
console.log(JSON.stringify({ kind: first.kind, reason: first.reason ?? null }));
first.close();
ipvsTableContract((name, body) => {
  try {
    body();
    console.log(JSON.stringify({ name, passed: true }));
  } catch (error) {
    console.log(JSON.stringify({ name, passed: false, error: String(error) }));
  }
}, openIpvsTable);
