import { formatDuration, type Judgement, judgeFailure } from './judge.ts';
import type { ConnectTarget, TcpProbeResult } from './probe.ts';

/** TCP_CHECK: the three-way handshake is all that is asked for. */
export function judgeTcp(target: Pick<ConnectTarget, 'timeout'>, result: TcpProbeResult): Judgement {
  if (result.kind !== 'connected') return judgeFailure(result, target);
  return { good: true, reason: `connected, ${formatDuration(result.took)}`, took: result.took };
}
