/** Carrying out an aimed push: the successor is told and says that it is ready, then we push, then it is looked at. */
import type { InstanceKey } from '../../control/boost.ts';
import { EngineError } from '../../control/link.ts';
import type { OperationRequest, OperationResult } from '../../control/operations.ts';
import type { PeerLinks } from '../peers/peer-links.ts';
import { DEFAULT_LEASE_MS } from './instance-plans.ts';

/** From its being ready to our priority 0, and for the way of the question. */
const MARGIN_MS = 3000;

export interface AimedTarget {
  /** Undefined: it is not told, but looked for among those who claim it. */
  readonly peer: string | undefined;
  readonly instances: readonly (InstanceKey & { readonly address: string; readonly ownAddress: string | undefined })[];
  /** How long a push waits for its successor. */
  readonly patienceMs: number;
}

export interface AimedContext {
  readonly host: string;
  readonly peers: PeerLinks;
  readonly step: (text: string) => void;
  /** Rejects with `late` where the answer takes too long. */
  readonly inTime: <T>(answer: Promise<T>, late: string) => Promise<T>;
  /** What there is to say of an operation that has not begun. */
  readonly refused: (text: string) => OperationResult;
}

export async function runAimed(
  request: OperationRequest,
  target: AimedTarget,
  context: AimedContext,
  push: () => Promise<OperationResult>,
): Promise<OperationResult> {
  const { peer: name } = target;
  if (name === undefined) return judge(await push(), target, request);
  const session = context.peers.peers().find((peer) => peer.name === name)?.session;
  if (!session) return context.refused(`the link to ${name} is gone: nothing was done`);
  context.step(`${name} is told to take over`);
  let ready: Awaited<ReturnType<typeof session.boost>>;
  try {
    const asked = session.boost({
      from: context.host,
      instances: target.instances.map(({ name, vrid, family }) => ({ name, vrid, family })),
      withinMs: target.patienceMs + MARGIN_MS,
      leaseMs: request.leaseMs ?? DEFAULT_LEASE_MS,
      reason: request.reason,
    });
    ready = await context.inTime(asked, 'it does not answer');
  } catch (error) {
    const words = error instanceof EngineError ? error.message : String(error);
    return context.refused(`${name} does not take over, so nothing was done: ${words}`);
  }
  const release = (): Promise<void> => session.release(ready.id).catch(() => {});
  const deaf = ready.instances.find(({ hears }, i) => {
    const own = target.instances[i]?.ownAddress;
    return own !== undefined && hears !== own;
  });
  if (deaf) {
    await release();
    return context.refused(`${name} hears ${deaf.hears ?? 'nobody'} as master, not this node: nothing was done`);
  }
  const result = judge(await push(), target, request);
  await release();
  return result;
}

/** Done is what was asked for: that this node is master. */
function judge(result: OperationResult, { instances }: AimedTarget, { to }: OperationRequest): OperationResult {
  if (result.result !== 'OK' && result.result !== 'OK_WITH_WARNINGS') return result;
  const other = instances.find(({ name, address }) => {
    const successor = result.successors?.[name];
    return successor !== undefined && successor !== address;
  });
  if (!other) return result;
  const text = `${result.successors?.[other.name]} came first, not ${to}: ${result.text}`;
  return { ...result, result: 'INCOMPLETE', text };
}
