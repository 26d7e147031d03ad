/** What only a link can tell before a failover: whether the successor would serve the same, and sees the same. */
import type { PreflightCheck } from '../../control/operations.ts';
import type { InstanceSnapshot, RealServerSnapshot, ServiceSnapshot, Snapshot } from '../../control/snapshot.ts';
import type { PeerView } from '../peers/peer-view.ts';
import { block, pass, unknown, warn } from './preflight-words.ts';

/** Leases and the journal are in wall-clock time. */
const CLOCK_APART_MS = 2000;

/** What is compared: this node, as its own snapshot would have it. */
export type OwnSide = Pick<Snapshot, 'services' | 'dataPlane' | 'engine'>;

export function linkedChecks(peer: PeerView, own: InstanceSnapshot, side: OwnSide): PreflightCheck[] {
  const { snapshot, instance, name } = peer;
  if (!snapshot || !instance) return [];
  return [
    sameAddresses(name, own, instance),
    ...sameTimers(name, own, instance),
    ...realServers(name, side, snapshot),
    sameClock(name, peer.clockAheadMs ?? 0),
    sameVersion(name, side.engine.version, snapshot.engine.version),
  ];
}

/** Of a successor that cannot be asked. */
export function unlinkedCheck(who: string, peer: PeerView | undefined): PreflightCheck {
  const why = peer ? `no link to ${peer.name}: ${peer.reason}` : 'it is no peer in hatop.conf';
  return unknown(
    `the addresses, real servers, tracked scripts, clock and version of ${who} are unknown (${why})`,
    peer ? 'mend the link' : 'link the nodes: peer NAME { ssh USER@HOST } in hatop.conf',
  );
}

const list = (words: readonly string[]): string =>
  words.length > 3 ? `${words.slice(0, 3).join(', ')} and ${words.length - 3} more` : words.join(', ');

function sameAddresses(name: string, own: InstanceSnapshot, theirs: InstanceSnapshot): PreflightCheck {
  const here = own.virtualAddresses.map(({ address }) => address);
  const there = theirs.virtualAddresses.map(({ address }) => address);
  const missing = here.filter((address) => !there.includes(address));
  const more = there.filter((address) => !here.includes(address));
  if (missing.length > 0) {
    return block(
      `${name} would not take over ${list(missing)}: it is not in its configuration`,
      'make the configurations agree',
    );
  }
  if (more.length > 0) return warn(`${name} has ${list(more)} too, which is not here`, 'make the configurations agree');
  return pass(`${name} has the same virtual addresses`);
}

function sameTimers(name: string, own: InstanceSnapshot, theirs: InstanceSnapshot): PreflightCheck[] {
  const differ = [
    ...(own.version === theirs.version ? [] : [`VRRP version ${theirs.version}, here ${own.version}`]),
    ...(own.adverIntervalMs === theirs.adverIntervalMs
      ? []
      : [`adver interval ${theirs.adverIntervalMs} ms, here ${own.adverIntervalMs} ms`]),
  ];
  return differ.length === 0 ? [] : [warn(`${name} has ${differ.join('; ')}`, 'make the configurations agree')];
}

function realServers(name: string, own: OwnSide, theirs: Snapshot): PreflightCheck[] {
  if (own.services.length === 0 && theirs.services.length === 0) return [];
  const lines: PreflightCheck[] = [];
  if (own.dataPlane !== 'none' && theirs.dataPlane === 'none') {
    const why = theirs.dataPlaneReason ? `: ${theirs.dataPlaneReason}` : '';
    lines.push(warn(`${name} has no data plane${why}; clients of the services would be refused`, 'mend that first'));
  }
  const differences = tableDifferences(own.services, theirs.services);
  if (differences.length === 0) lines.push(pass(`${name} has the same table of real servers`));
  else lines.push(warn(`the real servers of ${name} differ: ${list(differences)}`, 'make the configurations agree'));
  const worse = seenWorse(own.services, theirs.services);
  if (worse.length === 0) lines.push(pass(`the checks of ${name} see every server up that is up here`));
  else lines.push(warn(`${name} sees ${list(worse)}`, 'see why it cannot reach what this node can'));
  return lines;
}

const keyOf = ({ address, port }: RealServerSnapshot): string => `${address}:${port}`;

/** What clients would find otherwise there: services, servers, weights, and what an operator has taken out. */
function tableDifferences(own: readonly ServiceSnapshot[], theirs: readonly ServiceSnapshot[]): string[] {
  const missing = own.filter((s) => !theirs.some(({ name }) => name === s.name)).map((s) => `no service ${s.name}`);
  const more = theirs.filter((s) => !own.some(({ name }) => name === s.name)).map((s) => `service ${s.name} too`);
  const servers = own.flatMap((service) => {
    const same = theirs.find(({ name }) => name === service.name);
    return same ? serverDifferences(service, same) : [];
  });
  return [...missing, ...more, ...servers];
}

function serverDifferences(own: ServiceSnapshot, theirs: ServiceSnapshot): string[] {
  const find = (servers: readonly RealServerSnapshot[], one: RealServerSnapshot): RealServerSnapshot | undefined =>
    servers.find((server) => keyOf(server) === keyOf(one));
  const gone = own.realServers
    .filter((one) => !find(theirs.realServers, one))
    .map((one) => `no ${keyOf(one)} in ${own.name}`);
  const more = theirs.realServers
    .filter((one) => !find(own.realServers, one))
    .map((one) => `${keyOf(one)} in ${own.name} too`);
  const other = own.realServers.flatMap((one) => {
    const there = find(theirs.realServers, one);
    if (!there) return [];
    if (there.weight.configured !== one.weight.configured) {
      return [`${keyOf(one)} has weight ${there.weight.configured}, here ${one.weight.configured}`];
    }
    return there.admin === one.admin ? [] : [`${keyOf(one)} is ${there.admin}, here ${one.admin}`];
  });
  return [...gone, ...more, ...other];
}

function seenWorse(own: readonly ServiceSnapshot[], theirs: readonly ServiceSnapshot[]): string[] {
  return own.flatMap((service) => {
    const there = theirs.find(({ name }) => name === service.name);
    return service.realServers.flatMap((one) => {
      const seen = there?.realServers.find((server) => keyOf(server) === keyOf(one));
      const worse = one.health === 'up' && seen !== undefined && seen.health !== 'up';
      return worse ? [`${keyOf(one)} of ${service.name} ${seen.health}${seen.reason ? ` (${seen.reason})` : ''}`] : [];
    });
  });
}

function sameClock(name: string, ahead: number): PreflightCheck {
  const apart = Math.abs(ahead);
  if (apart < CLOCK_APART_MS) return pass(`the clock of ${name} agrees within ${CLOCK_APART_MS / 1000} s`);
  const words = `${(apart / 1000).toFixed(0)} s ${ahead > 0 ? 'ahead' : 'behind'}`;
  return warn(`the clock of ${name} is ${words}: leases and journals disagree`, 'see to the time service of both');
}

function sameVersion(name: string, own: string, theirs: string): PreflightCheck {
  if (own === theirs) return pass(`${name} runs the same hatop ${own}`);
  return warn(`${name} runs hatop ${theirs}, this node ${own}`, 'upgrade the other node too');
}
