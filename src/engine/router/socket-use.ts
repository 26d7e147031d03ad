/** Which sockets a virtual router needs; those of one key serve all routers that need them. */
import type { VrrpSocketOptions } from '../../ports/vrrp-sockets.ts';
import type { RouterPlan } from './messages.ts';

export interface SocketUse {
  readonly key: string;
  readonly options: VrrpSocketOptions;
}

/**
 * Version 2 listens for both kinds, whichever is its own: another router of our VRID that authenticates otherwise is a
 * rival, and is to be named.
 */
export function socketsOf({ config, multicastGroup: group }: RouterPlan): readonly SocketUse[] {
  const { family, interface: name, version } = config;
  const options = { interface: name, family, group };
  const key = `${family} ${name} ${group}`;
  const plain: SocketUse = { key, options };
  return version === 2 ? [plain, { key: `${key} ah`, options: { ...options, protocol: 'ah' } }] : [plain];
}

/** Of the one that its advertisements leave by. Without the other one it is hard of hearing, and not dumb. */
export function sendingKey(plan: RouterPlan): string {
  const [plain, behindHeader] = socketsOf(plan);
  const { type } = plan.config.authentication;
  return (type === 'AH' ? behindHeader : plain)?.key ?? '';
}
