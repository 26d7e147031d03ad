/** Which services are ours, over all lives of the engine: IPVS has no owner tag, so it is remembered on disk. */
import type { Result } from '../../base/result.ts';
import { serviceName } from '../../ipvs/types.ts';
import type { IpvsTable } from '../../ports/ipvs-table.ts';
import { describeOsError, type OsError } from '../../ports/os-error.ts';
import type { StateFiles } from '../../ports/state-files.ts';

const FILE = 'services.json';

/** Names as `serviceName` makes them. `warn` is told where the file makes no sense; then nothing is known to be ours. */
export function readOwnedServices(files: StateFiles, warn: (text: string) => void): Set<string> {
  const text = files.read(FILE);
  try {
    const names: unknown = text.ok && text.value !== undefined ? JSON.parse(text.value) : [];
    return new Set(Array.isArray(names) ? names.filter((name) => typeof name === 'string') : []);
  } catch {
    warn(`${FILE} is not JSON: services left by an earlier run are taken for foreign ones`);
    return new Set();
  }
}

export const storeOwnedServices = (files: StateFiles, names: ReadonlySet<string>): Result<void, OsError> =>
  files.replace(FILE, JSON.stringify([...names]));

/** Takes what is ours out of a table that is not ours to keep any more. Returns what was done, in words. */
export function takeOutOwned(table: IpvsTable, owned: ReadonlySet<string>): string[] {
  const dump = table.dump();
  const left = dump.ok ? dump.value.filter((service) => owned.has(serviceName(service))) : [];
  return left.map((service) => {
    const what = `${serviceName(service)}, which an earlier run left in ${table.kind}`;
    const [result] = table.apply([{ kind: 'delete-service', service }]);
    return result?.ok === false ? `cannot take out ${what}: ${describeOsError(result.error)}` : `took out ${what}`;
  });
}
