import type { ServerVerdict } from './verdict.ts';

/** The operator's state of a real server, kept apart from its health. */
export type ServerAdmin = 'enabled' | 'drain' | 'drain-hard' | 'offline';

export interface WeightInputs {
  /** From the configuration; 0 schedules nothing. */
  readonly configured: number;
  /** What scripts and files make of it (`checkedWeight`); undefined: they say nothing. */
  readonly checked?: number | undefined;
  readonly admin: ServerAdmin;
  /** The operator's weight in place of the configured one; 0 schedules nothing. */
  readonly override?: number | undefined;
  readonly health: Pick<ServerVerdict, 'inService' | 'reason'>;
  /** A server that is down stays in the table with weight 0. */
  readonly inhibitOnFailure: boolean;
  /** Part of the weight on the way back into service, over 0 up to 1; undefined is 1. */
  readonly ramp?: number | undefined;
  /** Not enabled: taken out of the table, its drain is over. Undefined is true for `offline`, false for a drain. */
  readonly drained?: boolean | undefined;
}

export interface EffectiveWeight {
  /** What the kernel's table should hold; `absent`: no destination at all. */
  readonly weight: number | 'absent';
  /** One clause for the operator. */
  readonly why: string;
}

/** The kernel keeps weights in 16 bits where it schedules. */
const largestWeight = 65535;

/**
 * The one place where a real server's weight is made. Order of the rules: offline, down, drain, weight. So health never
 * brings a drained server back, and a down server is not kept for the sake of its drain. A weight that is not 0 by
 * somebody's will is at least 1.
 */
export function effectiveWeight(inputs: WeightInputs): EffectiveWeight {
  const { admin, health } = inputs;
  if (admin === 'offline' && inputs.drained !== false)
    return { weight: 'absent', why: 'taken offline by the operator' };
  if (admin !== 'enabled' && inputs.drained === true)
    return { weight: 'absent', why: 'drained by the operator, and taken out' };
  if (!health.inService) {
    const also = admin === 'enabled' ? '' : ', and drained by the operator';
    return { weight: inputs.inhibitOnFailure ? 0 : 'absent', why: `out of service: ${health.reason}${also}` };
  }
  if (admin === 'offline') return { weight: 0, why: 'going offline, connections are ending' };
  if (admin !== 'enabled') return { weight: 0, why: 'drained by the operator' };
  return scaledWeight(inputs);
}

function scaledWeight({ configured, checked, override, ramp = 1 }: WeightInputs): EffectiveWeight {
  const base = override ?? checked ?? configured;
  const source =
    override !== undefined
      ? `set by the operator (configured ${configured})`
      : checked !== undefined
        ? `set by its checks (configured ${configured})`
        : 'as configured';
  if (base <= 0) return { weight: 0, why: source };
  const weight = Math.min(largestWeight, Math.max(1, Math.round(base * ramp)));
  if (ramp < 1) return { weight, why: `${Math.round(ramp * 100)} % of ${base}, ramping up` };
  return { weight, why: base > largestWeight ? `${source}, limited to ${largestWeight}` : source };
}

/** What remains of a real server in the table while the sorry server answers: nothing that takes new connections. */
export function besideSorryServer(effective: EffectiveWeight): EffectiveWeight {
  if (effective.weight === 'absent' || effective.weight === 0) return effective;
  return { weight: 'absent', why: 'quorum lost, the sorry server answers' };
}

/** The addend of a server to its service's quorum. */
export const liveWeight = (effective: EffectiveWeight): number =>
  effective.weight === 'absent' ? 0 : effective.weight;
