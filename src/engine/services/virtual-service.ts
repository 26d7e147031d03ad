/** One virtual service: its real servers, its quorum, and what of it should be in the kernel's table. */

import { besideSorryServer, type EffectiveWeight, effectiveWeight, liveWeight } from '../../check/effective-weight.ts';
import { attainableQuorum, chooseFront, judgeQuorum } from '../../check/quorum.ts';
import type { RealServer, VirtualServer } from '../../conf/model.ts';
import { type DesiredService, type DestinationKey, hostPort, type ServiceKey } from '../../ipvs/types.ts';
import { destinationKey, destinationSpec, serviceSpecs, virtualServerName } from '../assemble.ts';
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
  /** One for each of its endpoints. */
  desired(): DesiredService[];
  /** Where a member is in the kernel's table, once for each endpoint. */
  places(member: Member): Place[];
}

export interface Place {
  readonly service: ServiceKey;
  readonly destination: DestinationKey;
}

export const memberKey = (service: VirtualServer, server: RealServer): string =>
  `${virtualServerName(service)} ${hostPort(server)}`;

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
      drained: intent?.removed ?? false,
    });
  }
  const alive = (): number => members.reduce((all, member) => all + liveWeight(weight(member)), 0);
  const sorryActive = (): boolean => chooseFront(up ?? true, config.sorryServer !== undefined) === 'sorry-server';

  function desired(): DesiredService[] {
    const sorry = sorryActive();
    const weights = members.map((member) => {
      const effective = sorry ? besideSorryServer(weight(member)) : weight(member);
      return [member.config, effective.weight] as const;
    });
    return serviceSpecs(config).map((spec) => {
      const destinations = weights.flatMap(([server, value]) =>
        value === 'absent' ? [] : [destinationSpec(server, spec, value)],
      );
      const { sorryServer } = config;
      const stays = sorry || sorryServer?.inhibit;
      return {
        ...spec,
        destinations:
          sorryServer && stays ? [...destinations, destinationSpec(sorryServer, spec, sorry ? 1 : 0)] : destinations,
      };
    });
  }

  return {
    config,
    name: virtualServerName(config),
    members,
    weight,
    desired,
    places: ({ config: server }) =>
      config.endpoints.map((service) => ({ service, destination: destinationKey(server, service) })),
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
