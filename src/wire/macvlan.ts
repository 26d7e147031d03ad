/**
 * Macvlan interfaces in rtnetlink's messages (linux/if_link.h): RTM_NEWLINK with IFLA_LINK (the interface below) and
 * IFLA_LINKINFO { IFLA_INFO_KIND "macvlan", IFLA_INFO_DATA { IFLA_MACVLAN_MODE } }.
 */
import { type MacAddress, macBytes, macFromBytes } from '../base/mac.ts';
import {
  attribute,
  concat,
  type NetlinkMessage,
  nested,
  parseAttributes,
  readString,
  readU32,
  string,
  u8,
  u16,
  u32,
} from './netlink.ts';

const IFLA = { address: 1, name: 3, link: 5, linkInfo: 18, alias: 20 } as const;
const INFO = { kind: 1, data: 2 } as const;
const MODE = 1;
/** It and its parent do not see each other's packets, nor do two of them on one parent. */
const PRIVATE = 1;
const IFF_UP = 1;
const LINK_PART = 16;

export interface LinkDetails {
  readonly index: number;
  readonly name: string;
  readonly up: boolean;
  readonly mac: MacAddress | undefined;
  /** `macvlan`, `vlan`, `bridge` …; undefined: a device of its own. */
  readonly kind: string | undefined;
  /** Index of the interface below it. */
  readonly parent: number | undefined;
  readonly isPrivate: boolean;
  /** Free text that stays with the interface as long as it lives. */
  readonly alias: string | undefined;
}

export function decodeDetails({ payload }: NetlinkMessage): LinkDetails | undefined {
  const attributes = parseAttributes(payload.subarray(LINK_PART));
  const name = attributes.get(IFLA.name);
  if (!name) return undefined;
  const mac = attributes.get(IFLA.address);
  const parent = attributes.get(IFLA.link);
  const alias = attributes.get(IFLA.alias);
  const info = parseAttributes(attributes.get(IFLA.linkInfo) ?? new Uint8Array(0));
  const kind = info.get(INFO.kind);
  const data = parseAttributes(info.get(INFO.data) ?? new Uint8Array(0));
  return {
    index: readU32(payload.subarray(4)),
    name: readString(name),
    up: (readU32(payload.subarray(8)) & IFF_UP) !== 0,
    mac: mac?.length === 6 ? macFromBytes(mac) : undefined,
    kind: kind && readString(kind),
    parent: parent && readU32(parent),
    isPrivate: readU32(data.get(MODE)) === PRIVATE,
    alias: alias && readString(alias),
  };
}

/** Payload of RTM_NEWLINK that makes one in private mode, down. */
export const newMacvlan = (name: string, parentIndex: number, mac: MacAddress): Uint8Array =>
  concat(
    fixedPart(0, 0, 0),
    attribute(IFLA.name, string(name)),
    attribute(IFLA.address, macBytes(mac)),
    attribute(IFLA.link, u32(parentIndex)),
    nested(IFLA.linkInfo, attribute(INFO.kind, string('macvlan')), nested(INFO.data, attribute(MODE, u32(PRIVATE)))),
  );

/** Payload of RTM_NEWLINK (without FLAG.create) that gives the interface of this name another alias; empty: none. */
export const aliasLink = (name: string, alias: string): Uint8Array =>
  concat(
    fixedPart(0, 0, 0),
    attribute(IFLA.name, string(name)),
    attribute(IFLA.alias, new TextEncoder().encode(alias)),
  );

/** Payload of RTM_NEWLINK that sets an interface up or down. */
export const setLinkUp = (index: number, up: boolean): Uint8Array => fixedPart(index, up ? IFF_UP : 0, IFF_UP);

/** Payload of RTM_DELLINK. */
export const deleteLink = (index: number): Uint8Array => fixedPart(index, 0, 0);

const fixedPart = (index: number, flags: number, change: number): Uint8Array =>
  concat(u8(0), u8(0), u16(0), u32(index), u32(flags), u32(change));
