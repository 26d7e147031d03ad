/** A whole engine in the simulated world, and a stranger on its LAN that says what a test wants and sees everything. */
import { type IpAddress, ip } from '../../src/base/ip.ts';
import type { MacAddress } from '../../src/base/mac.ts';
import { milliseconds } from '../../src/base/time.ts';
import type { InstanceSnapshot } from '../../src/control/snapshot.ts';
import { addDirector, SIM_LAN, type SimDirector } from '../../src/lab/sim-cluster.ts';
import type { ReceivedArp } from '../../src/ports/vrrp-sockets.ts';
import type { InterfaceSpec } from '../../src/sim/node.ts';
import { createWorld, type World } from '../../src/sim/world.ts';
import { whoHas } from '../../src/wire/arp.ts';
import { solicitation } from '../../src/wire/ndp.ts';
import { decodeVrrp, encodeVrrp, type VrrpMessage } from '../../src/wire/vrrp.ts';

export const ROUTER = ip('10.77.0.1');
export const STRANGER = ip('10.77.0.5');
export const ROUTER6 = ip('fe80::ff:fe00:1');
export const STRANGER6 = ip('fe80::ff:fe00:2');
/** The cards of the simulator are numbered as they are plugged in. */
export const ROUTER_MAC = '02:00:00:00:00:01';

const PLACE = {
  4: { vips: ['10.77.0.100', '10.77.0.101'], prefix: 24, group: '224.0.0.18', stranger: STRANGER },
  6: { vips: ['fe80::77:100', 'fd77::100'], prefix: 64, group: 'ff02::12', stranger: STRANGER6 },
} as const;
export const vipsOf = (family: 4 | 6): IpAddress[] => PLACE[family].vips.map(ip);

export interface Settings {
  readonly version: 2 | 3;
  readonly family?: 4 | 6;
  readonly priority?: number;
  readonly vrid?: number;
  readonly name?: string;
  readonly addresses?: readonly string[];
  /** More lines of the instance. */
  readonly lines?: string;
}

/** Advertises every second. */
export function instanceConf({ version, family = 4, priority = 100, vrid = 51, name, ...more }: Settings): string {
  const { prefix, vips } = PLACE[family];
  const addresses = (more.addresses ?? vips).map((address) => `        ${address}/${prefix}\n`).join('');
  return `vrrp_instance ${name ?? 'VI_1'} {
    version ${version}
    interface ${SIM_LAN}
    virtual_router_id ${vrid}
    priority ${priority}
    ${more.lines ?? ''}
    virtual_ipaddress {
${addresses}    }
}
`;
}

export interface SeenAdvert {
  readonly at: number;
  readonly interface: string;
  readonly from: MacAddress;
  readonly to: MacAddress;
  readonly source: IpAddress;
  readonly destination: IpAddress;
  readonly ttl: number;
  readonly payload: Uint8Array;
  readonly message: VrrpMessage;
}

export interface SeenFrame {
  readonly at: number;
  readonly bytes: Uint8Array;
}

export interface Said {
  readonly family?: 4 | 6;
  readonly version?: 2 | 3;
  readonly vrid?: number;
  readonly priority: number;
  readonly interval?: number;
  readonly ttl?: number;
  readonly bytes?: (message: Uint8Array) => Uint8Array;
}

export interface OnTheLan {
  readonly world: World;
  readonly router: SimDirector;
  /** What the router has sent, oldest first. */
  readonly adverts: readonly SeenAdvert[];
  readonly frames: readonly SeenFrame[];
  run(ms: number): void;
  /** The stranger advertises to the group. */
  say(said: Said): void;
  /** Who answers when the stranger asks the link for `address`. */
  whoAnswersFor(address: IpAddress): MacAddress[];
  instance(name?: string): InstanceSnapshot;
}

export async function onTheLan(configuration: string, furtherInterfaces: InterfaceSpec[] = []): Promise<OnTheLan> {
  const world = createWorld({ seed: 11 });
  const adverts: SeenAdvert[] = [];
  const frames: SeenFrame[] = [];
  world.observe((happening) => {
    if (happening.kind !== 'sent' || happening.owner !== 'router') return;
    const { at, transmission } = happening;
    const { from, to, packet } = transmission;
    if (packet.kind === 'frame') frames.push({ at, bytes: packet.bytes });
    if (packet.kind !== 'vrrp') return;
    const { source, destination, ttl, payload } = packet;
    const decoded = decodeVrrp(payload, source.includes(':') ? 6 : 4);
    if (!decoded.ok) throw new Error(decoded.error.detail);
    adverts.push({
      ...{ at, from, to, source, destination, ttl, payload },
      interface: happening.interface,
      message: decoded.value,
    });
  });
  const router = await addDirector(
    world,
    { name: 'router', address: ROUTER, configuration, furtherInterfaces },
    'test',
  );
  const stranger = world.addNode({ name: 'stranger', interfaces: [{ name: SIM_LAN, address: STRANGER, prefix: 24 }] });
  const { host } = stranger;
  const mac = host.links.find(SIM_LAN)!.mac!;
  const heard: ReceivedArp[] = [];
  for (const family of [4, 6] as const) host.neighbours.watchArp(SIM_LAN, (arp) => heard.push(arp), family);

  return {
    world,
    router,
    adverts,
    frames,
    run: (ms) => world.run(milliseconds(ms)),
    say({ family = 4, version = 3, vrid = 51, priority, interval = 1000, ttl = 255, bytes = (same) => same }) {
      const { group, stranger: source } = PLACE[family];
      const destination = ip(group);
      const common = { vrid, priority, adverInterval: milliseconds(interval), addresses: vipsOf(family) };
      const payload = bytes(
        version === 2
          ? encodeVrrp({ version, ...common, authentication: { type: 'none' } })
          : encodeVrrp({ version, ...common, addressing: { source, destination } }),
      );
      const opened = host.sockets.open({ interface: SIM_LAN, family, group: destination }, () => undefined);
      if (!opened.ok) throw new Error(opened.error.code);
      // By the simulated kernel itself where the TTL is another: a program's socket always sends 255 to the group.
      const sent =
        ttl === 255
          ? opened.value.send(payload, source)
          : opened.value.send(payload, source, { address: destination, ttl });
      if (!sent.ok) throw new Error(sent.error.code);
      opened.value.close();
      world.run(milliseconds(1));
    },
    whoAnswersFor(address) {
      const from = heard.length;
      const question = address.includes(':') ? solicitation(mac, address, STRANGER6) : whoHas(mac, address, STRANGER);
      host.neighbours.sendFrame(SIM_LAN, question);
      world.run(milliseconds(1));
      return heard
        .slice(from)
        .filter(({ operation, senderIp }) => operation === 'reply' && senderIp === address)
        .map(({ senderMac }) => senderMac);
    },
    instance(name = 'VI_1') {
      const found = router.engine.snapshot().instances.find((one) => one.name === name);
      if (!found) throw new Error(`no instance ${name}`);
      return found;
    },
  };
}
