/** What another machine's engine says of itself, before anything here relies on it. */
// The whole namespace: of a named `z` the bundler could leave nothing out.
import * as z from 'zod';
import { err, ok, type Result } from '../../base/result.ts';
import type { Snapshot } from '../../control/snapshot.ts';

const instance = z.looseObject({
  name: z.string(),
  state: z.enum(['initialize', 'backup', 'master', 'fault']),
  admin: z.enum(['active', 'standby', 'maintenance', 'pinned']),
  vrid: z.number(),
  interface: z.string(),
  sourceAddress: z.string().nullish(),
  family: z.literal([4, 6]),
  version: z.literal([2, 3]),
  priority: z.looseObject({
    base: z.number(),
    effective: z.number(),
    terms: z.array(z.looseObject({ source: z.string(), value: z.number() })),
  }),
  preempt: z.boolean(),
  master: z.looseObject({ address: z.string(), priority: z.number() }).nullable(),
  virtualAddresses: z.array(z.looseObject({ address: z.string(), interface: z.string() })),
  faults: z.array(z.string()),
  adverIntervalMs: z.number(),
});

const service = z.looseObject({
  name: z.string(),
  realServers: z.array(
    z.looseObject({
      address: z.string(),
      port: z.number(),
      weight: z.looseObject({ configured: z.number() }),
      admin: z.string(),
      health: z.string(),
      reason: z.string(),
    }),
  ),
});

/** What is looked at here, and no more: a younger version may say other things too. */
const schema = z.looseObject({
  schemaVersion: z.literal(1),
  host: z.string(),
  takenAt: z.iso.datetime(),
  engine: z.looseObject({ version: z.string() }),
  dataPlane: z.string(),
  dataPlaneReason: z.string().nullable(),
  instances: z.array(instance),
  services: z.array(service),
});

/** The answer as it came, or what is wrong with it, in words. */
export function readPeerAnswer(answer: unknown): Result<Snapshot, string> {
  const read = schema.safeParse(answer);
  if (read.success) return ok(answer as Snapshot);
  const [first] = read.error.issues;
  const where = first && first.path.length > 0 ? first.path.join('.') : 'the whole of it';
  return err(`its snapshot makes no sense here (${where}: ${first?.message}): another version of hatop?`);
}
