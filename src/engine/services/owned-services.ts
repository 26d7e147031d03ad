/** Which services are ours, over all lives of the engine: IPVS has no owner tag, so it is remembered on disk. */
// The whole namespace: of a named `z` the bundler could leave nothing out.
import * as z from 'zod';
import type { Result } from '../../base/result.ts';
import { serviceName } from '../../ipvs/types.ts';
import type { IpvsTable } from '../../ports/ipvs-table.ts';
import { describeOsError, type OsError } from '../../ports/os-error.ts';
import type { StateFiles } from '../../ports/state-files.ts';

const FILE = 'services.json';

/** By data plane: a service of that name in the other one may be somebody else's. */
const schema = z.partialRecord(z.enum(['ipvs', 'nftables', 'sim', 'none']), z.array(z.string()));
type Owned = z.infer<typeof schema>;
/** As it was when there was IPVS only. */
const earlier = z.array(z.string()).transform((ipvs): Owned => ({ ipvs }));

/** Names as `serviceName` makes them. `warn` is told where the file makes no sense; then nothing is known to be ours. */
export function readOwnedServices(
  files: StateFiles,
  plane: IpvsTable['kind'],
  warn: (text: string) => void,
): Set<string> {
  const owned = read(files);
  if (!owned) warn(`${FILE} makes no sense: services left by an earlier run are taken for foreign ones`);
  return new Set(owned?.[plane]);
}

export function storeOwnedServices(
  files: StateFiles,
  plane: IpvsTable['kind'],
  names: ReadonlySet<string>,
): Result<void, OsError> {
  return files.replace(FILE, JSON.stringify({ ...read(files), [plane]: [...names] } satisfies Owned));
}

/** Undefined where the file makes no sense. */
function read(files: StateFiles): Owned | undefined {
  const text = files.read(FILE);
  if (!text.ok || text.value === undefined) return {};
  try {
    return schema.or(earlier).safeParse(JSON.parse(text.value)).data;
  } catch {
    return undefined;
  }
}

/** Takes what is ours out of a table that is not ours to keep any more. Returns what was done, in words. */
export function takeOutOwned(table: IpvsTable, files: StateFiles, warn: (text: string) => void): string[] {
  const owned = readOwnedServices(files, table.kind, warn);
  const dump = table.dump();
  if (!dump.ok) return [`cannot read what an earlier run left in ${table.kind}: ${describeOsError(dump.error)}`];
  const refused = new Set<string>();
  const done = dump.value
    .filter((service) => owned.has(serviceName(service)))
    .map((service) => {
      const what = `${serviceName(service)}, which an earlier run left in ${table.kind}`;
      const [result] = table.apply([{ kind: 'delete-service', service }]);
      if (result?.ok !== false) return `took out ${what}`;
      refused.add(serviceName(service));
      return `cannot take out ${what}: ${describeOsError(result.error)}`;
    });
  const stored = storeOwnedServices(files, table.kind, refused);
  return stored.ok ? done : [...done, `which services are ours could not be stored (${describeOsError(stored.error)})`];
}
