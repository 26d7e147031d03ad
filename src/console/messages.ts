/** What can happen to the console, and what it can ask for. Every message carries its time: the console's clock in ms. */
import type { JournalEvent, Update } from '../control/link.ts';
import type { OperationRequest, OperationResult, Plan } from '../control/operations.ts';
import type { Key } from './key-parser.ts';

export type Message = { readonly at: number } & (
  | { readonly type: 'key'; readonly key: Key }
  | { readonly type: 'paste'; readonly text: string }
  | { readonly type: 'resize'; readonly columns: number; readonly rows: number }
  | { readonly type: 'update'; readonly link: number; readonly update: Update }
  | { readonly type: 'history'; readonly link: number; readonly events: readonly JournalEvent[] }
  | { readonly type: 'plans'; readonly token: number; readonly plans: readonly Plan[] }
  | { readonly type: 'plans-failed'; readonly token: number; readonly reason: string }
  | { readonly type: 'result'; readonly token: number; readonly index: number; readonly result: OperationResult }
  | { readonly type: 'result-failed'; readonly token: number; readonly index: number; readonly reason: string }
  | { readonly type: 'why'; readonly token: number; readonly text: string }
  /** The newest frame is on the screen, every byte of it. */
  | { readonly type: 'painted' }
  | { readonly type: 'tick' }
);

export type Command =
  | {
      readonly type: 'plan';
      readonly link: number;
      readonly token: number;
      readonly requests: readonly OperationRequest[];
    }
  | {
      readonly type: 'operate';
      readonly link: number;
      readonly token: number;
      readonly requests: readonly OperationRequest[];
    }
  | { readonly type: 'why'; readonly link: number; readonly token: number; readonly target: string }
  | { readonly type: 'history'; readonly link: number }
  | { readonly type: 'suspend' }
  | { readonly type: 'repaint' }
  | { readonly type: 'quit'; readonly code: number };

export type Step<M> = readonly [model: M, commands: readonly Command[]];
