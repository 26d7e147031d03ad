/** One virtual service: its real servers, its quorum, and what of it should be in the kernel's table. */

import { besideSorryServer, type EffectiveWeight, effectiveWeight, liveWeight } from '../../check/effective-weight.ts';
import { attainableQuorum, chooseFront, judgeQuorum } from '../../check/quorum.ts';
import type { RealServer, VirtualServer } from '../../conf/model.ts';
import { type DesiredService, hostPort, serviceName } from '../../ipvs/types.ts';
import { destinationSpec, serviceSpec } from '../assemble.ts';
import type { Intents } from '../intents.ts';
import type { CheckedServer } from './checked-server.ts';

export interface Member {
  readonly config: RealServer;
  readonly checked: CheckedServer;
  /** `SERVICE REALSERVER`: the key of its intent. */
  readonly key: string;
}

export interface VirtualService {
  readonly config: VirtualServer;
  readonly name: string;
  readonly members: readonly Member[];
  /** Judges the quorum again; returns words when it was gained or lost. */
  judge(): string | undefined;
  /** The last judgement; undefined before the first. */
  judged(): boolean | undefined;
  quorum(): { readonly needed: number; readonly alive: number; readonly up: boolean };
  sorryActive(): boolean;
  weight(member: Member): EffectiveWeight;
  desired(): DesiredService;
}

export const memberKey = (service: VirtualServer, server: RealServer): string =>
  `${serviceName(service)} ${hostPort(server)}`;

/** `wasUp`: how the same service was judged by the configuration before. */
export function createVirtualService(
  config: VirtualServer,
  members: readonly Member[],
  intents: Intents,
  wasUp?: boolean,
): VirtualService {
  let up = wasUp;
  const total = members.reduce((all, { config: server }) => all + server.weight, 0);
  const quorumConfig = attainableQuorum({ quorum: config.quorum, hysteresis: config.hysteresis }, total);

  function weight(member: Member): EffectiveWeight {
    const intent = intents.realServer(member.key);
    return effectiveWeight({
      configured: member.config.weight,
      checked: member.checked.weight(member.config.weight),
      admin: intent?.admin ?? 'enabled',
      override: intent?.weight ?? undefined,
      health: member.checked.verdict(),
      inhibitOnFailure: member.config.inhibitOnFailure,
    });
  }
  const alive = (): number => members.reduce((all, member) => all + liveWeight(weight(member)), 0);
  const sorryActive = (): boolean => chooseFront(up ?? true, config.sorryServer !== undefined) === 'sorry-server';

  function desired(): DesiredService {
    const sorry = sorryActive();
    const destinations = members.flatMap((member) => {
      const effective = sorry ? besideSorryServer(weight(member)) : weight(member);
      return effective.weight === 'absent' ? [] : [destinationSpec(member.config, effective.weight)];
    });
    if (sorry && config.sorryServer) destinations.push({ ...config.sorryServer, method: config.method, weight: 1 });
    return { ...serviceSpec(config), destinations };
  }

  return {
    config,
    name: serviceName(config),
    members,
    weight,
    desired,
    sorryActive,
    judged: () => up,
    quorum: () => ({ needed: quorumConfig.quorum, alive: alive(), up: up ?? true }),
    judge() {
      const decision = judgeQuorum(quorumConfig, up, alive());
      up = decision.up;
      return decision.event && `quorum ${decision.event}: ${decision.reason}`;
    },
  };
}
