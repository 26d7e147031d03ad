/** Runs in the guest: the table's contract over the kernel's own table. One line of JSON per check. */
import { openIpvsTable } from '../../src/linux/ipvs-table.ts';
import { ipvsSettingsContract, ipvsTableContract } from '../contract/ipvs-table.ts';

const first = openIpvsTable();
console.log(JSON.stringify({ kind: first.kind, reason: first.reason ?? null }));
first.close();
const check = (name: string, body: () => void): void => {
  try {
    body();
    console.log(JSON.stringify({ name, passed: true }));
  } catch (error) {
    console.log(JSON.stringify({ name, passed: false, error: String(error) }));
  }
};
ipvsTableContract(check, openIpvsTable);
ipvsSettingsContract(check, openIpvsTable);
