/** What the server believes of a request's parameters. Apart from the protocol: a client has no need of it. */
// The whole namespace: of a named `z` the bundler could leave nothing out.
import * as z from 'zod';

export const helloSchema = z.object({ version: z.string().max(64), readOnly: z.boolean() });
export const eventsSchema = z.object({ limit: z.number().int().min(1).max(2000) });
const instanceKey = z.object({
  name: z.string().min(1).max(256),
  vrid: z.number().int().min(1).max(255),
  family: z.union([z.literal(4), z.literal(6)]),
});
/** An adver interval of 255 s is waited for almost 13 minutes. */
const WAIT_MAX_MS = 3_600_000;
export const boostSchema = z.object({
  from: z.string().max(256),
  instances: z.array(instanceKey).min(1).max(255),
  withinMs: z.number().int().min(1000).max(WAIT_MAX_MS),
  leaseMs: z
    .number()
    .int()
    .min(1000)
    .max(30 * 24 * 3_600_000),
  reason: z.string().max(500).optional(),
});
export const releaseSchema = z.object({ id: z.string().min(1).max(256) });
export const whySchema = z.object({ target: z.string().min(1).max(256) });
export const requestSchema = z.strictObject({
  verb: z.enum([
    'failover',
    'failback',
    'standby',
    'activate',
    'maintenance',
    'pin',
    'unpin',
    'force-master',
    'drain',
    'enable',
    'offline',
    'kick',
    'weight',
    'reload',
  ]),
  target: z.string().min(1).max(256),
  service: z.string().max(256).optional(),
  value: z.string().max(32).optional(),
  to: z.string().min(1).max(256).optional(),
  immediate: z.boolean().optional(),
  force: z.boolean().optional(),
  hard: z.boolean().optional(),
  timeoutMs: z
    .number()
    .int()
    .min(1000)
    .max(30 * 24 * 3_600_000)
    .optional(),
  onTimeout: z.enum(['keep', 'force']).optional(),
  leaseMs: z
    .number()
    .int()
    .min(1000)
    .max(30 * 24 * 3_600_000)
    .optional(),
  reason: z.string().max(500).optional(),
  yes: z.boolean().optional(),
});
