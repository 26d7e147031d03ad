/** Which data plane is taken, and the words that say why. */
import { describe, expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { err } from '../../src/base/result.ts';
import type { Instant } from '../../src/base/time.ts';
import { chooseDataPlane, clearOtherPlane, type DataPlaneWish } from '../../src/daemon/data-plane.ts';
import { storeOwnedServices } from '../../src/engine/services/owned-services.ts';
import { type ServiceSpec, serviceName } from '../../src/ipvs/types.ts';
import { noneTable } from '../../src/linux/none-table.ts';
import type { IpvsTable } from '../../src/ports/ipvs-table.ts';
import type { StateFiles } from '../../src/ports/state-files.ts';
import { createSimIpvsTable } from '../../src/sim/ipvs-table.ts';
import { createSimStateFiles } from '../../src/sim/state-files.ts';

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

describe('what an earlier run left in the other data plane', () => {
  const web: ServiceSpec = { address: ip('10.0.0.100'), port: 80, protocol: 'tcp', scheduler: 'wrr' };
  const foreign: ServiceSpec = { ...web, port: 443 };
  function planes() {
    const tables = { ipvs: simTable(), nftables: simTable() };
    const named = (kind: Plane) => (): IpvsTable => ({ ...tables[kind], kind });
    const left = (kind: Plane): string[] => {
      const dump = tables[kind].dump();
      return dump.ok ? dump.value.map(serviceName) : [];
    };
    return { doors: { ipvs: named('ipvs'), nftables: named('nftables') }, left };
  }
  function simTable() {
    const table = createSimIpvsTable({ now: () => 0 as Instant });
    for (const service of [web, foreign]) table.apply([{ kind: 'add-service', service }]);
    return table;
  }

  const ours = ['10.0.0.100:80/tcp', '10.0.0.100:25/tcp'];
  /** The state directory of an engine whose services stand in `there`. */
  const ownedIn = (there: Plane): StateFiles => {
    const files = createSimStateFiles();
    storeOwnedServices(files, there, new Set(ours));
    return files;
  };
  const unsaid = (text: string): never => expect.unreachable(text);

  describe.each<[Plane, Plane]>([
    ['ipvs', 'nftables'],
    ['nftables', 'ipvs'],
  ])('%s is used', (used, other) => {
    test(`ours goes from ${other} once, what is foreign stays, and the used one is not touched`, () => {
      const { doors, left } = planes();
      const files = ownedIn(other);
      expect(clearOtherPlane(used, doors, files, unsaid)).toEqual([
        `took out 10.0.0.100:80/tcp, which an earlier run left in ${other}`,
      ]);
      expect(left(other)).toEqual(['10.0.0.100:443/tcp']);
      expect(left(used)).toEqual(['10.0.0.100:80/tcp', '10.0.0.100:443/tcp']);
      expect(clearOtherPlane(used, doors, files, unsaid)).toEqual([]);
    });

    test(`a service of somebody else in ${other} stays, though ours has its name in ${used}`, () => {
      const { doors, left } = planes();
      expect(clearOtherPlane(used, doors, ownedIn(used), unsaid)).toEqual([]);
      expect(left(other)).toEqual(['10.0.0.100:80/tcp', '10.0.0.100:443/tcp']);
    });
  });

  test('what the kernel refuses to give up is still ours the next time', () => {
    const { doors, left } = planes();
    const files = ownedIn('ipvs');
    const refuses = () => ({ ...doors.ipvs(), apply: () => [err({ code: 'EPERM', what: 'delete' })] });
    expect(clearOtherPlane('nftables', { ...doors, ipvs: refuses }, files, unsaid)).toEqual([
      expect.stringMatching(/^cannot take out 10\.0\.0\.100:80\/tcp, which an earlier run left in ipvs: .*EPERM/),
    ]);
    expect(clearOtherPlane('nftables', doors, files, unsaid)).toHaveLength(1);
    expect(left('ipvs')).toEqual(['10.0.0.100:443/tcp']);
  });

  test('what was written when there was IPVS only is of IPVS; what makes no sense is said, and nobody’s', () => {
    const { doors, left } = planes();
    const files = createSimStateFiles();
    files.replace('services.json', JSON.stringify(ours));
    expect(clearOtherPlane('ipvs', doors, files, unsaid)).toEqual([]);
    expect(clearOtherPlane('nftables', doors, files, unsaid)).toHaveLength(1);
    files.replace('services.json', '{"ipvs": 3}');
    const said: string[] = [];
    expect(clearOtherPlane('nftables', doors, files, (text) => said.push(text))).toEqual([]);
    expect(said).toEqual(['services.json makes no sense: services left by an earlier run are taken for foreign ones']);
    expect(left('ipvs')).toEqual(['10.0.0.100:443/tcp']);
  });

  test('where nothing of ours is known, nobody looks', () => {
    const never = (): IpvsTable => expect.unreachable('it was opened');
    const doors = { ipvs: never, nftables: never };
    expect(clearOtherPlane('ipvs', doors, createSimStateFiles(), unsaid)).toEqual([]);
    expect(clearOtherPlane('none', doors, ownedIn('ipvs'), unsaid)).toEqual([]);
  });

  test('where the other one does not work there is nothing', () => {
    const none = () => noneTable('no program nft');
    expect(clearOtherPlane('ipvs', { ipvs: none, nftables: none }, ownedIn('nftables'), unsaid)).toEqual([]);
  });
});
