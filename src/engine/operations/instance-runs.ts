/** Carrying out what a plan says for an instance: intents first, then the routers, then the result in words. */
import { type Duration, isoTime, type WallTime } from '../../base/time.ts';
import type { OperationRequest, OperationResult, ResultWord } from '../../control/operations.ts';
import type { Intents } from '../intents.ts';
import type { HandoverReport, Routers } from '../routers.ts';
import { DEFAULT_LEASE_MS, type InstancePlan } from './instance-plans.ts';
import { enterMode, force, pushToMaintenance } from './mode-runs.ts';

export interface RunContext {
  readonly id: string;
  readonly by: string;
  readonly wall: () => WallTime;
  readonly intents: Intents;
  readonly routers: Routers;
  readonly step: (text: string) => void;
}

export type Outcome = Pick<OperationResult, 'result' | 'text' | 'measured' | 'successors'>;
export const UNMEASURED: OperationResult['measured'] = { takeOverMs: null, gapMs: null, noiseMs: null };

export async function runInstance(
  request: OperationRequest,
  { plan, mechanism }: InstancePlan,
  context: RunContext,
): Promise<OperationResult> {
  const startedAt = isoTime(context.wall());
  const outcome = await carryOut(request, mechanism, context);
  return {
    id: context.id,
    verb: request.verb,
    target: request.target,
    predicted: plan.predicted,
    startedAt,
    endedAt: isoTime(context.wall()),
    ...outcome,
  };
}

async function carryOut(
  request: OperationRequest,
  mechanism: InstancePlan['mechanism'],
  context: RunContext,
): Promise<Outcome> {
  switch (mechanism) {
    case 'push':
    case 'push-immediate':
      return push(request, mechanism === 'push-immediate', context);
    case 'push-to-maintenance':
      return pushToMaintenance(request, context);
    case 'maintenance':
      return enterMode(request, 'maintenance', context);
    case 'pin':
      return enterMode(request, 'pinned', context);
    case 'force':
      return force(request, context);
    case 'take-over':
    case 'take-over-pinned':
      return takeOver(request, mechanism === 'take-over-pinned', context);
    case 'standby':
    case 'activate':
      return changeMode(request, mechanism, context);
    case 'none':
      return { result: 'REFUSED', text: 'nothing to do', measured: UNMEASURED };
  }
}

/** The intent is stored first: should we be killed after the hand-over, we must not come back and take it home. */
async function push(request: OperationRequest, immediate: boolean, context: RunContext): Promise<Outcome> {
  const before = context.intents.instance(request.target);
  const stored = storeMode(request, 'standby', context);
  if (stored) return stored;
  const how = immediate ? 'the addresses are given up' : 'serving in silence until the successor speaks';
  context.step(`priority 0 sent, ${how}`);
  const command = {
    type: 'push',
    instance: request.target,
    id: context.id,
    ...(immediate ? { immediate } : {}),
  } as const;
  const report = await context.routers.operate(command);
  if (report.outcome.kind !== 'handed-over') context.intents.setInstance(request.target, before);
  return pushResult(request, report);
}

export function pushResult(request: OperationRequest, { outcome, measured }: HandoverReport): Outcome {
  switch (outcome.kind) {
    case 'handed-over': {
      const gap = measured.gapMs === null ? 'the gap could not be seen' : `gap ${inMs(measured.gapMs)}`;
      const text = `${outcome.successor} is master of ${request.target} after ${inMs(outcome.took)}, ${gap}; this node is in standby`;
      const successors = { [request.target]: outcome.successor };
      return { result: measured.gapMs === null ? 'OK_WITH_WARNINGS' : 'OK', text, measured, successors };
    }
    case 'rolled-back':
      if (request.immediate) {
        const text = `nobody took ${request.target}: its addresses are back here after ${inMs(outcome.waited)}`;
        return { result: 'ROLLED_BACK', text, measured: { takeOverMs: null, gapMs: outcome.waited, noiseMs: null } };
      }
      return {
        result: 'ROLLED_BACK',
        text: `nobody took ${request.target} within ${inMs(outcome.waited)}: this node went on serving and is master still`,
        // The addresses never left, so there was nothing for a client to miss.
        measured: { takeOverMs: null, gapMs: 0, noiseMs: null },
      };
    case 'took-over':
      return { result: 'OK', text: `this node is master of ${request.target}`, measured };
    case 'followed': {
      const text = `nobody was heard to take ${request.target}, given away after ${inMs(outcome.took)}: ${outcome.reason}`;
      return { result: 'OK_WITH_WARNINGS', text, measured };
    }
    case 'refused':
    case 'aborted':
      return { result: outcome.kind === 'refused' ? 'REFUSED' : 'INCOMPLETE', text: outcome.reason, measured };
  }
}

/** Refused at the last moment (the master's priority has changed since the plan): mode and intent stay as they were. */
async function takeOver(request: OperationRequest, pinned: boolean, context: RunContext): Promise<Outcome> {
  const before = context.intents.instance(request.target);
  const stored = pinned ? storeMode(request, 'pinned', context) : clearMode(request, context);
  if (stored) return stored;
  context.step('advertising, the master yields');
  const command = { type: 'take-over', instance: request.target, id: context.id, pinned } as const;
  const report = await context.routers.operate(command);
  if (report.outcome.kind !== 'took-over') context.intents.setInstance(request.target, before);
  return pushResult(request, report);
}

async function changeMode(
  request: OperationRequest,
  mechanism: 'standby' | 'activate',
  context: RunContext,
): Promise<Outcome> {
  const stored = mechanism === 'standby' ? storeMode(request, 'standby', context) : clearMode(request, context);
  if (stored) return stored;
  const mode = mechanism === 'standby' ? 'standby' : 'active';
  context.routers.port.send({ type: 'admin', instance: request.target, mode, holdPreempt: false });
  await context.routers.fresh();
  return { result: 'OK', text: `${request.target} is ${mode}`, measured: UNMEASURED };
}

/** Maintenance has no end but the one that was asked for. */
export function storeMode(
  request: OperationRequest,
  admin: 'standby' | 'pinned' | 'maintenance',
  context: RunContext,
): Outcome | undefined {
  const leaseMs = request.leaseMs ?? (admin === 'maintenance' ? undefined : DEFAULT_LEASE_MS);
  const stored = context.intents.setInstance(request.target, {
    admin,
    leaseEndsAt: leaseMs === undefined ? null : context.wall() + leaseMs,
    reason: request.reason ?? '',
    by: context.by,
  });
  return stored.ok ? undefined : refused(stored.error);
}

export function clearMode(request: OperationRequest, context: RunContext): Outcome | undefined {
  const stored = context.intents.setInstance(request.target, undefined);
  return stored.ok ? undefined : refused(stored.error);
}

export const refused = (text: string): Outcome => ({ result: 'REFUSED' as ResultWord, text, measured: UNMEASURED });

/** "3.41 s" or "4.2 ms": three figures are enough for a person. */
export const inMs = (ms: number | Duration): string =>
  ms >= 1000 ? `${(ms / 1000).toFixed(2)} s` : `${ms.toFixed(1)} ms`;
