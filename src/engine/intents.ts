/**
 * What the operator has decided and the machine must not forget: admin modes with their leases, drains, weights.
 * On disk before the kernel is told.
 */
// The whole namespace: of a named `z` the bundler could leave nothing out.
import * as z from 'zod';
import { err, ok, type Result } from '../base/result.ts';
import { describeOsError } from '../ports/os-error.ts';
import type { StateFiles } from '../ports/state-files.ts';

const FILE = 'intents.json';

const instanceIntent = z.object({
  /** `active`: a standby's lease has ended, and preemption is held until a failback or mastership. */
  admin: z.enum(['active', 'standby', 'maintenance', 'pinned']),
  /** Wall clock, ms since the epoch; null: until somebody ends it. */
  leaseEndsAt: z.number().nullable(),
  reason: z.string(),
  by: z.string(),
});
const serverIntent = z.object({
  admin: z.enum(['enabled', 'drain', 'drain-hard', 'offline']),
  /** The operator's weight; null: as configured. */
  weight: z.number().int().min(0).max(65535).nullable(),
  since: z.number(),
  by: z.string(),
  /** What becomes at `at` (wall clock, ms since the epoch) of connections that have not ended by then. */
  deadline: z.object({ at: z.number(), policy: z.enum(['keep', 'force']) }).optional(),
  /** Out of the table: offline after its drain, by force at the deadline, or kicked. */
  removed: z.boolean().optional(),
});
const intentsSchema = z.object({
  schemaVersion: z.literal(1),
  instances: z.record(z.string(), instanceIntent),
  /** Keyed `SERVICE REALSERVER`, as in `10.0.0.100:80/tcp 10.0.0.11:80`. */
  realServers: z.record(z.string(), serverIntent),
});

export type InstanceIntent = z.infer<typeof instanceIntent>;
export type ServerIntent = z.infer<typeof serverIntent>;
type IntentsFile = z.infer<typeof intentsSchema>;

export interface Intents {
  instance(name: string): InstanceIntent | undefined;
  realServer(key: string): ServerIntent | undefined;
  /** Durable when it returns; undefined takes the intent away. */
  setInstance(name: string, intent: InstanceIntent | undefined): Result<void, string>;
  setRealServer(key: string, intent: ServerIntent | undefined): Result<void, string>;
}

/** An unreadable file is an error: to start without the operator's drains would be to undo them silently. */
export function openIntents(files: StateFiles): Result<Intents, string> {
  const read = files.read(FILE);
  if (!read.ok) return err(describeOsError(read.error));
  let current: IntentsFile = { schemaVersion: 1, instances: {}, realServers: {} };
  if (read.value !== undefined) {
    const parsed = parseIntents(read.value);
    if (!parsed.ok) return parsed;
    current = parsed.value;
  }

  function store(next: IntentsFile): Result<void, string> {
    const stored = files.replace(FILE, `${JSON.stringify(next, null, 2)}\n`);
    if (!stored.ok)
      return err(`the intent could not be stored (${describeOsError(stored.error)}); nothing was changed`);
    current = next;
    return ok(undefined);
  }

  return ok({
    instance: (name) => current.instances[name],
    realServer: (key) => current.realServers[key],
    setInstance: (name, intent) => store({ ...current, instances: withEntry(current.instances, name, intent) }),
    setRealServer: (key, intent) => store({ ...current, realServers: withEntry(current.realServers, key, intent) }),
  });
}

function parseIntents(text: string): Result<IntentsFile, string> {
  const remedy = `move ${FILE} away to start without the stored drains and modes`;
  try {
    const parsed = intentsSchema.safeParse(JSON.parse(text));
    if (parsed.success) return ok(parsed.data);
    const issue = parsed.error.issues[0];
    return err(`${FILE} is not understood at ${issue?.path.join('.') || 'its root'}: ${issue?.message}; ${remedy}`);
  } catch {
    return err(`${FILE} is not JSON; ${remedy}`);
  }
}

function withEntry<T>(entries: Record<string, T>, key: string, value: T | undefined): Record<string, T> {
  const { [key]: _, ...rest } = entries;
  return value === undefined ? rest : { ...rest, [key]: value };
}
