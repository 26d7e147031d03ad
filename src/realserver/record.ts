/**
 * What hatop changed on this machine, and what was there before: written before the change, read by whoever undoes it.
 *
 * Addresses and settings live as long as the network namespace, so a record holds for one `life` (boot and namespace)
 * alone: after a reboot there is nothing to undo, and what is found then is what was there before.
 */
import { type IpAddress, parseIp } from '../base/ip.ts';
import { err, ok, type Result } from '../base/result.ts';

export interface ChangedSetting {
  /** Below /proc/sys. */
  readonly path: string;
  readonly before: string;
  readonly wrote: string;
}

export interface AddedAddress {
  readonly interface: string;
  readonly address: IpAddress;
  readonly prefix: number;
  readonly label?: string | undefined;
  /** Whether the address, and whether the host route, is ours; what was there by hand is not. */
  readonly addressOurs: boolean;
  readonly routeOurs: boolean;
}

export interface ChangeRecord {
  readonly life: string;
  readonly settings: readonly ChangedSetting[];
  readonly addresses: readonly AddedAddress[];
  /** Of a director: the virtual services that it put into the kernel's table, `10.0.0.100:80/tcp`. */
  readonly services: readonly string[];
}

export const emptyRecord = (life: string): ChangeRecord => ({ life, settings: [], addresses: [], services: [] });
export const isEmpty = ({ settings, addresses, services }: ChangeRecord): boolean =>
  settings.length + addresses.length + services.length === 0;

/** What of a stored record holds now: all of it in the same life, nothing in another. */
export const inThisLife = (stored: ChangeRecord | undefined, life: string): ChangeRecord =>
  stored?.life === life ? stored : emptyRecord(life);

const SCHEMA_VERSION = 1;

export const encodeRecord = (record: ChangeRecord): string =>
  `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...record }, null, 2)}\n`;

/** In words where `text` is not a record of this version. */
export function decodeRecord(text: string): Result<ChangeRecord, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err('it is not JSON');
  }
  if (!isObject(value) || value.schemaVersion !== SCHEMA_VERSION) return err(`it is not of version ${SCHEMA_VERSION}`);
  const { life, settings, addresses, services = [] } = value;
  const whole =
    typeof life === 'string' &&
    Array.isArray(settings) &&
    settings.every(isSetting) &&
    Array.isArray(addresses) &&
    addresses.every(isAddress) &&
    Array.isArray(services) &&
    services.every((name) => typeof name === 'string');
  return whole ? ok({ life, settings, addresses, services }) : err('a part of it is missing or of another kind');
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** A path that leads nowhere but below net: the record is obeyed with root's rights. */
const SETTING_PATH = /^net\/(?:ipv4|ipv6)\/(?:conf\/[^/]+\/)?[a-z_]+$/;

const isSetting = (value: unknown): value is ChangedSetting =>
  isObject(value) &&
  typeof value.path === 'string' &&
  SETTING_PATH.test(value.path) &&
  !value.path.includes('/../') &&
  typeof value.before === 'string' &&
  typeof value.wrote === 'string';

const isAddress = (value: unknown): value is AddedAddress =>
  isObject(value) &&
  typeof value.interface === 'string' &&
  typeof value.address === 'string' &&
  parseIp(value.address) === value.address &&
  typeof value.prefix === 'number' &&
  (value.label === undefined || typeof value.label === 'string') &&
  typeof value.addressOurs === 'boolean' &&
  typeof value.routeOurs === 'boolean';
