import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openIpvsTable } from '../../src/linux/ipvs-table.ts';
import { ipvsSettingsContract, ipvsTableContract } from '../contract/ipvs-table.ts';
import { bundle } from './bundle.ts';
import { runGuest } from './uml.ts';

interface Line {
  readonly name: string;
  readonly passed: boolean;
  readonly error?: string;
}

let opened: { kind: string; reason: string | null } | undefined;
const results = new Map<string, Line>();
let names = new Set<string>();

beforeAll(async () => {
  const outcome = await runGuest({
    files: { 'contract.mjs': await bundle('guest-contract.ts') },
    script: 'node contract.mjs',
  });
  const [head, ...lines] = outcome.output.trim().split('\n');
  expect(outcome.status, outcome.output).toBe(0);
  opened = JSON.parse(head ?? 'null');
  for (const line of lines.map((text) => JSON.parse(text) as Line)) results.set(line.name, line);
});

test('the table opens as the kernel’s', () => {
  expect(opened).toEqual({ kind: 'ipvs', reason: null });
});

describe('the contract, in a kernel with IPVS', () => {
  names = new Set();
  const listed = (name: string): void => {
    names.add(name);
    test(name, () => expect(results.get(name)).toEqual({ name, passed: true }));
  };
  const never = (): never => {
    throw new Error('the guest has the table');
  };
  ipvsTableContract(listed, never);
  ipvsSettingsContract(listed, never);
});

afterAll(() => {
  expect(new Set(results.keys())).toEqual(names);
});

test('this machine’s own table says what it is, and where it is none, why', () => {
  const table = openIpvsTable();
  try {
    expect(table.dump().ok).toBe(true);
    if (table.kind === 'none') expect(table.reason).toMatch(/modprobe ip_vs|cannot be reached/);
    else expect(table.kind).toBe('ipvs');
  } finally {
    table.close();
  }
});
