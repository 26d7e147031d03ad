/** Which data plane is taken, and the words that say why. */
import { describe, expect, test } from 'vitest';
import { chooseDataPlane, type DataPlaneWish } from '../../src/daemon/data-plane.ts';
import { noneTable } from '../../src/linux/none-table.ts';
import type { IpvsTable } from '../../src/ports/ipvs-table.ts';

type Plane = 'ipvs' | 'nftables';
const MISSING = { ipvs: 'no module ip_vs', nftables: 'no program nft' };

function choose(wish: DataPlaneWish, working: readonly Plane[]) {
  const opened: string[] = [];
  const closed: string[] = [];
  const door = (kind: Plane) => (): IpvsTable => {
    opened.push(kind);
    const table = working.includes(kind) ? { ...noneTable(''), kind, reason: undefined } : noneTable(MISSING[kind]);
    return { ...table, close: () => closed.push(kind) };
  };
  const choice = () => {
    const { table, why } = chooseDataPlane(wish, { ipvs: door('ipvs'), nftables: door('nftables') });
    return { kind: table.kind, why };
  };
  return { choice, opened, closed };
}

const auto: DataPlaneWish = { choice: 'auto', by: 'nobody' };

describe('auto', () => {
  test('takes IPVS where the kernel has it, and does not even look for the other', () => {
    const { choice, opened } = choose(auto, ['ipvs', 'nftables']);
    expect(choice()).toEqual({ kind: 'ipvs', why: 'the kernel has IPVS, which comes first' });
    expect(opened).toEqual(['ipvs']);
  });

  test('else nftables, and says why not IPVS', () => {
    expect(choose(auto, ['nftables']).choice()).toEqual({ kind: 'nftables', why: 'no module ip_vs' });
  });

  test('else none, and says why for both', () => {
    expect(choose(auto, []).choice()).toEqual({ kind: 'none', why: 'no module ip_vs; no program nft' });
  });
});

describe.each<[Plane, Plane]>([
  ['ipvs', 'nftables'],
  ['nftables', 'ipvs'],
])('%s, asked for by name', (plane, other) => {
  const wish: DataPlaneWish = { choice: plane, by: '/etc/hatop/hatop.conf:3' };

  test('is taken where it works', () => {
    const { choice, opened } = choose(wish, ['ipvs', 'nftables']);
    expect(choice()).toEqual({ kind: plane, why: 'asked for by /etc/hatop/hatop.conf:3' });
    expect(opened).toEqual([plane]);
  });

  test('is refused with 2 where it does not, and the other is named if that would', () => {
    const { choice, closed } = choose(wish, [other]);
    expect(choice).toThrow(
      expect.objectContaining({
        exitCode: 2,
        message: `the data plane ${plane}, asked for by /etc/hatop/hatop.conf:3, cannot work here: ${MISSING[plane]}; ${other} works here: ask for that, or for auto`,
      }),
    );
    expect(closed).toEqual([other]);
  });

  test('is refused with 2 where nothing works, and says so', () => {
    expect(choose(wish, []).choice).toThrow(
      expect.objectContaining({
        exitCode: 2,
        message: `the data plane ${plane}, asked for by /etc/hatop/hatop.conf:3, cannot work here: ${MISSING[plane]}; ${other} does not work here either (${MISSING[other]}); with auto it runs without balancing`,
      }),
    );
  });
});
