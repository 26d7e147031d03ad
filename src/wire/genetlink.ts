/**
 * Generic netlink (linux/genetlink.h): families with names, whose message types the kernel numbers when they load.
 *
 *   | command u8 | version u8 | reserved u16 | attributes … |     the payload of a netlink message
 */
import type { Result } from '../base/result.ts';
import { err, ok } from '../base/result.ts';
import { attribute, concat, parseAttributes, readString, readU16, readU32, string } from './netlink.ts';

/** The message type of the controller, the one family with a fixed number. */
export const CONTROLLER = 16;
const GET_FAMILY = 3;
const CONTROLLER_VERSION = 2;
const FAMILY = { id: 1, name: 2, version: 3, maxAttribute: 5 } as const;

export interface GenericMessage {
  readonly command: number;
  readonly version: number;
  readonly attributes: ReadonlyMap<number, Uint8Array>;
}

export interface GenericFamily {
  /** The type that its messages carry. */
  readonly id: number;
  readonly name: string;
  readonly version: number;
  /** The highest attribute that this kernel knows: younger ones are ignored. */
  readonly maxAttribute: number;
}

/** A payload of `command` with attributes already encoded. */
export const encodeGeneric = (command: number, version: number, ...attributes: Uint8Array[]): Uint8Array =>
  concat(Uint8Array.of(command, version, 0, 0), ...attributes);

export function decodeGeneric(payload: Uint8Array): Result<GenericMessage, string> {
  if (payload.length < 4) return err(`a generic netlink header has 4 bytes, not ${payload.length}`);
  const [command = 0, version = 0] = payload;
  return ok({ command, version, attributes: parseAttributes(payload.subarray(4)) });
}

/** Asks the controller for the family `name`; refused with ENOENT where the kernel has none of that name. */
export const encodeGetFamily = (name: string): Uint8Array =>
  encodeGeneric(GET_FAMILY, CONTROLLER_VERSION, attribute(FAMILY.name, string(name)));

export function decodeFamily(payload: Uint8Array): Result<GenericFamily, string> {
  const message = decodeGeneric(payload);
  if (!message.ok) return message;
  const { attributes } = message.value;
  const name = attributes.get(FAMILY.name);
  if (!name || !attributes.has(FAMILY.id)) return err('the controller answered without a family name or id');
  return ok({
    id: readU16(attributes.get(FAMILY.id)),
    name: readString(name),
    version: readU32(attributes.get(FAMILY.version)),
    maxAttribute: readU32(attributes.get(FAMILY.maxAttribute)),
  });
}
