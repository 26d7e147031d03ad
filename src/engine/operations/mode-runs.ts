/** Carrying out maintenance, pin and force-master. */
import type { OperationRequest } from '../../control/operations.ts';
import type { AdminMode } from '../../vrrp/event.ts';
import { type Outcome, pushResult, type RunContext, refused, storeMode, UNMEASURED } from './instance-runs.ts';

/**
 * Hands over, and leaves the election when somebody else serves; where nobody does only when forced. Until then the
 * intent is a leased standby: should we be killed before anybody has taken over, we serve again.
 */
export async function pushToMaintenance(request: OperationRequest, context: RunContext): Promise<Outcome> {
  const { target: instance } = request;
  const before = context.intents.instance(instance);
  const stored = storeMode(request, 'standby', context);
  if (stored) return stored;
  context.step('priority 0 sent, serving in silence until the successor speaks');
  const report = await context.routers.operate({ type: 'push', instance, id: context.id });
  const result = pushResult(request, report);
  const handedOver = report.outcome.kind === 'handed-over';
  if (!handedOver && !(request.force && report.outcome.kind === 'rolled-back')) {
    context.intents.setInstance(instance, before);
    return result;
  }
  const failed = storeMode(request, 'maintenance', context);
  if (failed) {
    if (!handedOver) context.intents.setInstance(instance, before);
    return handedOver ? { ...result, result: 'INCOMPLETE', text: `${result.text}, for ${failed.text}` } : failed;
  }
  await setMode(instance, 'maintenance', context);
  if (handedOver) return { ...result, text: result.text.replace('in standby', 'in maintenance') };
  const text = `nobody took ${instance}: it is in maintenance all the same, and its addresses are down`;
  return { result: 'OK_WITH_WARNINGS', text, measured: UNMEASURED };
}

/** A change of mode that moves no address by itself. */
export async function enterMode(
  request: OperationRequest,
  mode: 'maintenance' | 'pinned',
  context: RunContext,
): Promise<Outcome> {
  const stored = storeMode(request, mode, context);
  if (stored) return stored;
  await setMode(request.target, mode, context);
  return {
    result: 'OK',
    text: `${request.target} is ${mode === 'pinned' ? mode : `in ${mode}`}`,
    measured: UNMEASURED,
  };
}

async function setMode(instance: string, mode: AdminMode, { routers }: RunContext): Promise<void> {
  routers.port.send({ type: 'admin', instance, mode, holdPreempt: false });
  await routers.fresh();
}

export async function force(request: OperationRequest, context: RunContext): Promise<Outcome> {
  const { target: instance } = request;
  const before = context.intents.instance(instance);
  const stored = storeMode(request, 'pinned', context);
  if (stored) return stored;
  context.step('advertising as master, whoever else does');
  const report = await context.routers.operate({ type: 'force-master', instance, id: context.id });
  if (report.outcome.kind === 'took-over') return pushResult(request, report);
  const kept = context.intents.setInstance(instance, before);
  return kept.ok ? pushResult(request, report) : refused(kept.error);
}
