/** The chains of one service, rule by rule, in the order in which a packet meets them. */
import { familyOf } from '../base/ip.ts';
import { hostPort, serviceName } from '../ipvs/types.ts';
import { fieldsOf } from './fields.ts';
import type { NftDestination, NftService } from './model.ts';
import { isEqual, isHashed } from './schedulers.ts';
import { hashSlots, turns } from './slots.ts';

/** How long an entry stays without a packet, in seconds. IPVS has 900, 60, 120 and 300. */
export const TIMEOUT = { established: 900, halfOpen: 60, closing: 120, udp: 300, fragments: 30 } as const;
/** Seed of the hash of a client's address: every director must have the same. */
const SEED = '0x6861746f';

const SYN = 'tcp flags & (fin | syn | rst | ack) == syn';
const NOT_SYN = 'tcp flags & (fin | syn | rst | ack) != syn';
const ENDS = 'tcp flags & (fin | rst) != 0';

/** What a listing reads back: the comment on the first rule of the service's chain, and on a destination's only rule. */
export const serviceComment = ({ spec }: NftService): string => {
  const persistence = spec.persistence === undefined ? '' : ` persistence ${spec.persistence / 1000}`;
  return `${serviceName(spec)} ${spec.scheduler}${persistence}`;
};
/** nft takes no longer ones. */
export const COMMENT_MAX = 128;

export function destinationComment(service: NftService, { spec, path }: NftDestination): string {
  const what = `${service.id} ${hostPort(spec)} weight ${spec.weight}`;
  if (path.kind !== 'forward') return `${what} ${path.kind}`;
  const device = `dev ${path.device}#${path.index}`;
  // The neighbour is only said where it is not the server itself, and where there is room: else it is looked up anew.
  const whole = path.via === spec.address ? `${what} ${device}` : `${what} via ${path.via} ${device}`;
  return whole.length <= COMMENT_MAX ? whole : `${what} ${device}`;
}

/** Chain by chain: rules without `add rule netdev hatop CHAIN`. */
export function serviceRules(service: NftService): Record<string, string[]> {
  const { id } = service;
  const tcp = service.spec.protocol === 'tcp';
  return {
    [`service-${id}`]: [
      `meta mark set ${clientOf(service)} map @flows-${id} goto known-${id} comment "${serviceComment(service)}"`,
      ...(tcp ? [`${NOT_SYN} meta mark set ${clientOf(service)} map @closing-${id} goto closed-${id}`] : []),
      ...(tcp && !isHashed(service.spec) ? [`${NOT_SYN} counter name "unknown" accept`] : []),
      ...choice(service),
      'counter name "unserved" accept',
    ],
    [`known-${id}`]: tcp ? knownTcp(service) : knownUdp(service),
    ...(tcp ? { [`closed-${id}`]: closing(service) } : {}),
    [`begin-${id}`]: begin(service),
    [`error-${id}`]: errors(service),
  };
}

const clientOf = (service: NftService): string => fieldsOf(familyOf(service.spec.address)).client;
const addressOf = (service: NftService): string => `${fieldsOf(familyOf(service.spec.address)).ip} saddr`;
const deliver = (service: NftService): string => `jump deliver${familyOf(service.spec.address)}`;
const update = (service: NftService, map: string, timeout: number): string =>
  `update @${map}-${service.id} { ${clientOf(service)} timeout ${timeout}s : meta mark }`;
const remove = (service: NftService, map: string): string =>
  `delete @${map}-${service.id} { ${clientOf(service)} : meta mark }`;

/** Where a new flow goes; nothing where no server has weight. */
function choice(service: NftService): string[] {
  const { id, spec } = service;
  const hashed = isHashed(spec);
  const slots = hashed ? hashSlots(service.destinations) : turns(service.destinations, isEqual(spec.scheduler));
  const template =
    spec.persistence === undefined
      ? []
      : [
          `meta mark set ${addressOf(service)} map @clients-${id} meta mark @alive goto begin-${id}`,
          // Bound to a server that is gone: an update would keep it there for ever.
          `meta mark set ${addressOf(service)} map @clients-${id} delete @clients-${id} { ${addressOf(service)} : meta mark }`,
        ];
  if (slots.length === 0) return template;
  const by = hashed ? `jhash ${addressOf(service)} mod ${slots.length} seed ${SEED}` : `numgen inc mod ${slots.length}`;
  const map = slots.map((mark, slot) => `${slot} : ${mark}`).join(', ');
  return [...template, `meta mark set ${by} map { ${map} } goto begin-${id}`];
}

/** `deliver` comes back only where the flow's server has been taken from the table: then it is forgotten. */
const forget = (service: NftService, ...maps: string[]): string[] => [
  ...maps.map((map) => remove(service, map)),
  'counter name "removed" accept',
];
const knownTcp = (service: NftService): string[] => [
  `${ENDS} ${update(service, 'closing', TIMEOUT.closing)} ${remove(service, 'flows')} ${deliver(service)}`,
  `${SYN} ${update(service, 'flows', TIMEOUT.halfOpen)} ${deliver(service)}`,
  update(service, 'flows', TIMEOUT.established),
  deliver(service),
  ...forget(service, 'flows', 'closing'),
];
const knownUdp = (service: NftService): string[] => [
  update(service, 'flows', TIMEOUT.udp),
  deliver(service),
  ...forget(service, 'flows'),
];

/** A client that has said its last may go on receiving for long: its acknowledgements keep the entry. */
const closing = (service: NftService): string[] => [
  update(service, 'closing', TIMEOUT.closing),
  deliver(service),
  ...forget(service, 'closing'),
];

function begin(service: NftService): string[] {
  const { id, spec } = service;
  const first = spec.protocol === 'tcp' ? TIMEOUT.halfOpen : TIMEOUT.udp;
  const template =
    spec.persistence === undefined
      ? []
      : [`update @clients-${id} { ${addressOf(service)} timeout ${spec.persistence / 1000}s : meta mark }`];
  return [
    ...template,
    `${update(service, 'flows', first)} counter name meta mark map @connections ${deliver(service)}`,
    'counter name "full" drop',
  ];
}

function errors(service: NftService): string[] {
  const { quotedClient } = fieldsOf(familyOf(service.spec.address));
  const maps = service.spec.protocol === 'tcp' ? ['flows', 'closing'] : ['flows'];
  return maps.map((map) => `meta mark set ${quotedClient} map @${map}-${service.id} meta mark vmap @deliver`);
}
