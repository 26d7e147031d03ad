/** Carrying out an aimed push: the successor is told and says that it is ready, then we push, then it is looked at. */
import type { InstanceKey } from '../../control/boost.ts';
import { EngineError } from '../../control/link.ts';
import type { OperationRequest, OperationResult } from '../../control/operations.ts';
import type { LinkedPeer, PeerLinks } from '../peers/peer-links.ts';
import { sameRouter } from '../peers/peer-view.ts';
import { DEFAULT_LEASE_MS } from './instance-plans.ts';

/** From its being ready to our priority 0, and for the way of the question. */
const MARGIN_MS = 3000;
/** EngineError's exit code of an answer that says no. */
const REFUSED = 18;

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
  const withinMs = target.patienceMs + MARGIN_MS;
  let unanswered = true;
  const asked = session.boost({
    from: context.host,
    instances: target.instances.map(({ name, vrid, family }) => ({ name, vrid, family })),
    withinMs,
    leaseMs: request.leaseMs ?? DEFAULT_LEASE_MS,
    reason: request.reason,
  });
  const answer = asked.finally(() => {
    unanswered = false;
  });
  let ready: Awaited<typeof asked>;
  try {
    ready = await context.inTime(answer, 'it does not answer');
  } catch (error) {
    const words = error instanceof EngineError ? error.message : String(error);
    const lost = unanswered || (error instanceof EngineError && error.exitCode !== REFUSED);
    if (!lost) return context.refused(`${name} does not take over, so nothing was done: ${words}`);
    // Should it be ready one day all the same, it need not wait.
    answer.then(({ id }) => session.release(id)).catch(() => {});
    const waits = `if it was told, it waits with priority 254, up to ${Math.ceil(withinMs / 1000)} s`;
    return context.refused(`${name} did not say that it takes over, so nothing was pushed: ${words}; ${waits}`);
  }
  const release = (): Promise<boolean> =>
    context.inTime(session.release(ready.id), 'it does not answer').then(
      () => true,
      () => false,
    );
  const deaf = ready.instances.find(({ hears }, i) => {
    const own = target.instances[i]?.ownAddress;
    return own !== undefined && hears !== own;
  });
  if (deaf) {
    await release();
    return context.refused(`${name} hears ${deaf.hears ?? 'nobody'} as master, not this node: nothing was done`);
  }
  return pushTo(name, request, target, context, push, release);
}

/** The pin stays where the push arrived; whatever else came of it is undone. */
async function pushTo(
  name: string,
  request: OperationRequest,
  target: AimedTarget,
  { peers }: AimedContext,
  push: () => Promise<OperationResult>,
  release: () => Promise<boolean>,
): Promise<OperationResult> {
  let result: OperationResult;
  try {
    result = judge(await push(), target, request);
  } catch (error) {
    await release();
    throw error;
  }
  if (target.instances.some((one) => result.successors?.[one.name] === one.address)) return result;
  // Asked for first: once it is released it gives way, and nothing is to be seen any more.
  const looked = peers.fresh();
  const released = await release();
  return calledOff(result, name, mastersOf(name, target, await looked), released);
}

function mastersOf(peer: string, { instances }: AimedTarget, peers: readonly LinkedPeer[]): string[] {
  const { session, snapshot } = peers.find(({ name }) => name === peer) ?? {};
  if (!session || !snapshot) return [];
  return instances.filter((one) => sameRouter(snapshot.instances, one)?.state === 'master').map(({ name }) => name);
}

/** It was not heard to take over, and has been told to let go. */
function calledOff(result: OperationResult, peer: string, masters: string[], released: boolean): OperationResult {
  const names = masters.join(' and ');
  const over =
    `${peer} took ${names} over, but its adverts do not come here (unicast_peer, filters): ` +
    `${names} had two masters${released ? `, and ${peer} was told to give way` : ''}`;
  const untold = `${peer} could not be told to give way: should it be master, hatop unpin there`;
  const text = [result.text, ...(masters.length > 0 ? [over] : []), ...(released ? [] : [untold])].join('; ');
  return { ...result, text, ...(masters.length > 0 && { result: 'INCOMPLETE' as const }) };
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
