/** Which of the kernel's two ways to balance is used: what was asked for, or the first that works; and why. */
import type { DataPlaneChoice } from '../conf/hatop-conf.ts';
import { EngineError } from '../control/link.ts';
import { readOwnedServices, takeOutOwned } from '../engine/services/owned-services.ts';
import { noneTable } from '../linux/none-table.ts';
import type { IpvsTable } from '../ports/ipvs-table.ts';
import type { StateFiles } from '../ports/state-files.ts';

export interface DataPlaneWish {
  readonly choice: DataPlaneChoice;
  /** Who says so: an option, or a file and its line. */
  readonly by: string;
}

/** Each gives a table of kind `none` with its reason where the kernel, the programs or the rights for it are missing. */
export interface DataPlaneDoors {
  readonly ipvs: () => IpvsTable;
  readonly nftables: () => IpvsTable;
}

export interface ChosenDataPlane {
  readonly table: IpvsTable;
  /** Why this one and not the other, a sentence's second half. */
  readonly why: string;
}

/**
 * What an earlier run has left in the data plane that is not used now, after it was killed: it would go on balancing,
 * and nobody would look after it. Takes out what this engine put there; returns what was done, in words.
 */
export function clearOtherPlane(
  used: IpvsTable['kind'],
  doors: DataPlaneDoors,
  files: StateFiles,
  warn: (text: string) => void,
): readonly string[] {
  if (used !== 'ipvs' && used !== 'nftables') return [];
  const other = used === 'ipvs' ? 'nftables' : 'ipvs';
  if (readOwnedServices(files, other, warn).size === 0) return [];
  const table = doors[other]();
  const done = table.kind === 'none' ? [] : takeOutOwned(table, files, warn);
  table.close();
  return done;
}

/** Throws EngineError 2 where what was asked for by name cannot work. */
export function chooseDataPlane(wish: DataPlaneWish, doors: DataPlaneDoors): ChosenDataPlane {
  return wish.choice === 'auto' ? firstThatWorks(doors) : asAsked(wish.choice, wish.by, doors);
}

function firstThatWorks(doors: DataPlaneDoors): ChosenDataPlane {
  const ipvs = doors.ipvs();
  if (ipvs.kind !== 'none') return { table: ipvs, why: 'the kernel has IPVS, which comes first' };
  const nftables = doors.nftables();
  if (nftables.kind !== 'none') return { table: nftables, why: reasonOf(ipvs) };
  const why = `${reasonOf(ipvs)}; ${reasonOf(nftables)}`;
  return { table: noneTable(why), why };
}

function asAsked(choice: 'ipvs' | 'nftables', by: string, doors: DataPlaneDoors): ChosenDataPlane {
  const table = doors[choice]();
  if (table.kind !== 'none') return { table, why: `asked for by ${by}` };
  const other = choice === 'ipvs' ? 'nftables' : 'ipvs';
  const instead = doors[other]();
  const advice =
    instead.kind === 'none'
      ? `${other} does not work here either (${reasonOf(instead)}); with auto it runs without balancing`
      : `${other} works here: ask for that, or for auto`;
  instead.close();
  throw new EngineError(
    `the data plane ${choice}, asked for by ${by}, cannot work here: ${reasonOf(table)}; ${advice}`,
    2,
  );
}

const reasonOf = ({ reason }: IpvsTable): string => reason ?? 'nothing says why';
