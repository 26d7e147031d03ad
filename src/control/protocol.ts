/** The socket's language: JSON-RPC 2.0, each method once. Framing and correlation are vscode-jsonrpc's. */
import { NotificationType, RequestType, RequestType0 } from 'vscode-jsonrpc/node.js';
import { z } from 'zod';
import type { JournalEvent, Update } from './link.ts';
import type { OperationRequest, OperationResult, Plan } from './operations.ts';
import type { Snapshot } from './snapshot.ts';

export interface Hello {
  version: string;
  /** True: the engine refuses every change on this connection, whatever the client tries. */
  readOnly: boolean;
}

/** First on every connection: who we are; answered with the engine's version. */
export const hello = new RequestType<Hello, { version: string }, void>('hello');
export const snapshot = new RequestType0<Snapshot, void>('snapshot');
export const events = new RequestType<{ limit: number }, JournalEvent[], void>('events');
export const plan = new RequestType<OperationRequest, Plan, void>('plan');
export const operate = new RequestType<OperationRequest, OperationResult, void>('operate');
export const why = new RequestType<{ target: string }, string, void>('why');
/** From then on the engine sends `update`s. */
export const subscribe = new RequestType0<null, void>('subscribe');
export const update = new NotificationType<Update>('update');

/** JSON-RPC error codes of ours are this plus the exit code that the command line gives the refusal. */
export const REFUSAL_BASE = -31000;

export const helloSchema = z.object({ version: z.string().max(64), readOnly: z.boolean() });
export const eventsSchema = z.object({ limit: z.number().int().min(1).max(2000) });
export const whySchema = z.object({ target: z.string().min(1).max(256) });
export const requestSchema = z.strictObject({
  verb: z.enum(['failover', 'failback', 'standby', 'activate', 'drain', 'enable', 'weight']),
  target: z.string().min(1).max(256),
  service: z.string().max(256).optional(),
  value: z.string().max(32).optional(),
  immediate: z.boolean().optional(),
  hard: z.boolean().optional(),
  leaseMs: z
    .number()
    .int()
    .min(1000)
    .max(30 * 24 * 3_600_000)
    .optional(),
  reason: z.string().max(500).optional(),
  yes: z.boolean().optional(),
});
