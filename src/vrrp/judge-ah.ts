/** `auth_type AH`: is the advertisement behind an Authentication Header, by one who knows the password, and new? */
import { decodeAh, isAuthentic } from '../wire/ah.ts';
import type { RouterConfig } from './config.ts';
import type { JudgeContext, JudgedDatagram, Refusal } from './verdict.ts';

/** Of no use to any other authentication, nor to version 3, which has none. */
export function refuseAhPresence({ authentication, version }: RouterConfig, { whole }: JudgedDatagram) {
  const ours = version === 2 ? authentication.type : 'none';
  if ((whole !== undefined) === (ours === 'AH')) return undefined;
  const detail = whole ? `behind an Authentication Header, ours has ${ours}` : 'no Authentication Header, ours has AH';
  return { reason: 'auth-type', detail } satisfies Refusal;
}

/** `sequence`: its number, whatever else may be wrong with it; undefined where nothing proves it. */
export function judgeAh(
  { authentication, unicast }: RouterConfig,
  { whole, source }: JudgedDatagram,
  { lastSequence = 0 }: JudgeContext,
): { readonly refusal?: Refusal; readonly sequence?: number } {
  const header = whole && decodeAh(whole);
  if (!whole || !header || authentication.type !== 'AH') return {};
  if (!isAuthentic(whole, authentication.password, unicast !== undefined)) {
    const detail = 'the check value of AH is wrong: another password than ours, or changed on the way';
    return { refusal: { reason: 'auth-fail', detail } };
  }
  const { spi, sequence } = header;
  if (spi !== source) {
    return { refusal: { reason: 'auth-fail', detail: `the SPI of AH is ${spi}, and the sender ${source}` } };
  }
  if (sequence > lastSequence) return { sequence };
  const detail = `AH's number ${sequence} is not above ${lastSequence}, which was heard before: an old packet again`;
  return { refusal: { reason: 'replay', detail } };
}
