/** Start and stop on a machine: all of it, or what was there before. */
import type { IpAddress } from '../base/ip.ts';
import { err, ok, type Result } from '../base/result.ts';
import { carryOut, describeStep, type MachineView, type Refusal, type Step } from './machine.ts';
import { type ChangePlan, planStart, planStop, type RealServerSide } from './plan.ts';
import type { ChangeRecord } from './record.ts';

export interface Machine {
  view(): MachineView;
  record(): ChangeRecord;
  /** The name of errno where the kernel refuses. */
  perform(step: Step): Result<void, string>;
}

export type TurnFailure =
  /** Nothing was tried: the request cannot be fulfilled, in words. */
  | { readonly kind: 'refused'; readonly why: string }
  /** The machine refused a step. `undone`: all is as it was; else what could not be taken back, in words. */
  | { readonly kind: 'failed'; readonly refusal: Refusal; readonly leftOver: string | undefined };

export function start(machine: Machine, side: RealServerSide): Result<ChangePlan, TurnFailure> {
  const before = machine.record();
  const planned = planStart(machine.view(), before, side);
  if (!planned.ok) return err({ kind: 'refused', why: planned.error });
  const done = carryOut(planned.value.steps, machine.perform);
  if (done.ok) return planned;
  const fresh = side.addresses.filter((address) => !before.addresses.some((one) => one.address === address));
  return err({ kind: 'failed', refusal: done.error, leftOver: undo(machine, fresh) });
}

/** The steps that were done, and notes. */
export function stop(machine: Machine, addresses: readonly IpAddress[] | 'all'): Result<ChangePlan, TurnFailure> {
  const plan = planStop(machine.view(), machine.record(), addresses);
  const done = carryOut(plan.steps, machine.perform);
  if (done.ok) return ok(plan);
  return err({ kind: 'failed', refusal: done.error, leftOver: 'what is left is on record: stop again' });
}

function undo(machine: Machine, addresses: readonly IpAddress[]): string | undefined {
  const done = carryOut(planStop(machine.view(), machine.record(), addresses).steps, machine.perform);
  return done.ok ? undefined : `${describeStep(done.error.step)}: ${done.error.code}`;
}
