/** The socket's language: JSON-RPC 2.0, each method once. Framing and correlation are vscode-jsonrpc's. */
import { NotificationType, RequestType, RequestType0 } from 'vscode-jsonrpc/node.js';
import type { BoostAnswer, BoostRequest } from './boost.ts';
import type { JournalEvent, Update } from './link.ts';
import type { OperationRequest, OperationResult, Plan } from './operations.ts';
import type { Snapshot } from './snapshot.ts';

export interface Hello {
  version: string;
  /** True: the engine refuses every change on this connection, whatever the client tries, also by a later hello. */
  readOnly: boolean;
}

/** First on every connection: who we are; answered with the engine's version, and whether it refuses changes by now. */
export const hello = new RequestType<Hello, Hello, void>('hello');
export const snapshot = new RequestType0<Snapshot, void>('snapshot');
export const events = new RequestType<{ limit: number }, JournalEvent[], void>('events');
export const plan = new RequestType<OperationRequest, Plan, void>('plan');
export const operate = new RequestType<OperationRequest, OperationResult, void>('operate');
/** Between hatops: be ready to take over, and: it is called off. */
export const boost = new RequestType<BoostRequest, BoostAnswer, void>('boost');
export const release = new RequestType<{ id: string }, null, void>('release');
export const why = new RequestType<{ target: string }, string, void>('why');
/** From then on the engine sends `update`s. */
export const subscribe = new RequestType0<null, void>('subscribe');
export const update = new NotificationType<Update>('update');

/** JSON-RPC error codes of ours are this plus the exit code that the command line gives the refusal. */
export const REFUSAL_BASE = -31000;
