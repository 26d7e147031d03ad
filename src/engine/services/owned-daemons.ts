/** Which synchronisation daemons are ours, over all lives of the engine: the kernel does not say who started one. */
// The whole namespace: of a named `z` the bundler could leave nothing out.
import * as z from 'zod';
import type { SyncDaemon } from '../../ipvs/control.ts';
import { describeOsError } from '../../ports/os-error.ts';
import type { StateFiles } from '../../ports/state-files.ts';

const FILE = 'sync-daemons.json';

const schema = z.array(z.object({ role: z.enum(['master', 'backup']), interface: z.string(), id: z.number() }));

export interface OwnedDaemons {
  /** It was this one that we started, or took over, in this life or an earlier one. */
  has(daemon: SyncDaemon): boolean;
  /** To be called before the kernel is told to start it: after a crash in between it must be known as ours. */
  add(daemon: SyncDaemon): void;
  /** On the disk with the next `store`: one that cannot be started is not written again and again. */
  remove(role: SyncDaemon['role']): void;
  store(): void;
  all(): readonly Pick<SyncDaemon, 'role' | 'interface' | 'id'>[];
}

/** `warn` is told where the file makes no sense, then nothing is known to be ours, or cannot be written. */
export function openOwnedDaemons(files: StateFiles, warn: (text: string) => void): OwnedDaemons {
  const found = read(files);
  if (!found) warn(`${FILE} makes no sense: what an earlier run left is taken for foreign`);
  const owned = new Map((found ?? []).map((daemon) => [daemon.role, daemon]));
  let stored = textOf(owned);

  function store(): void {
    const text = textOf(owned);
    if (text === stored) return;
    stored = text;
    const done = files.replace(FILE, text);
    if (!done.ok) warn(`which synchronisation daemons are ours could not be stored (${describeOsError(done.error)})`);
  }

  return {
    has(daemon) {
      const known = owned.get(daemon.role);
      return known !== undefined && known.interface === daemon.interface && known.id === daemon.id;
    },
    add({ role, interface: link, id }) {
      owned.set(role, { role, interface: link, id });
      store();
    },
    remove: (role) => void owned.delete(role),
    store,
    all: () => [...owned.values()],
  };
}

const textOf = (owned: ReadonlyMap<string, z.infer<typeof schema>[number]>): string =>
  JSON.stringify([...owned.values()]);

/** Undefined where the file makes no sense. */
function read(files: StateFiles): z.infer<typeof schema> | undefined {
  const text = files.read(FILE);
  if (!text.ok || text.value === undefined) return [];
  try {
    return schema.safeParse(JSON.parse(text.value)).data;
  } catch {
    return undefined;
  }
}
