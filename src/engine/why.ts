/** `why`: one sentence on an instance, a BFD session, a real server or the data plane, and what would change it. */

import { type UseWords, wordsOfUse } from '../control/data-plane-words.ts';
import { EngineError } from '../control/link.ts';
import type { Snapshot } from '../control/snapshot.ts';
import { whySession } from './bfd/why.ts';
import type { InstanceIntent } from './intents.ts';
import type { RouterStatus } from './router/messages.ts';
import { findServers, listed, nameOfServer, nameOfService, type ServerTarget } from './targets.ts';

/** EngineError 2 where `target` names nothing. */
export function why(
  target: string,
  statuses: readonly RouterStatus[],
  snapshot: Snapshot,
  intentOf: (instance: string) => InstanceIntent | undefined = () => undefined,
): string {
  const status = statuses.find(({ snapshot: { name } }) => name === target);
  if (status)
    return withClauses(status.why, splitBrain(status), decision(intentOf(target), Date.parse(snapshot.takenAt)));
  if (target === 'data-plane') return whyDataPlane(snapshot);
  const session = snapshot.bfd?.sessions.find(({ name }) => name === target);
  if (session) return whySession(session);
  try {
    return findServers(snapshot.services, target)
      .map((found) => whyServer(found, snapshot))
      .join('\n');
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const instances = listed(statuses.map(({ snapshot: { name } }) => name));
    throw new EngineError(`no instance ${target} (there are: ${instances}); ${error.message}`, error.exitCode);
  }
}

function withClauses(sentence: string, ...clauses: string[]): string {
  const said = clauses.filter(Boolean);
  return said.length === 0 ? sentence : `${[sentence.replace(/\.$/, ''), ...said].join('; ')}.`;
}

function splitBrain({ rivals, claimants }: RouterStatus): string {
  const told = rivals.map(({ address, cause }) => `${address} advertises too, ${cause}`);
  if (told.length > 0) return `SPLIT BRAIN: ${told.join('; ')}`;
  return claimants.map(({ mac, address }) => `${mac} answers ARP for ${address} too`).join('; ');
}

/** Whose wish the admin mode is, why, and for how long still. */
function decision(intent: InstanceIntent | undefined, now: number): string {
  if (!intent || intent.admin === 'active') return '';
  const reason = intent.reason ? ` (${intent.reason})` : '';
  const left = intent.leaseEndsAt === null ? null : Math.max(0, Math.round((intent.leaseEndsAt - now) / 1000));
  const end = left === null ? 'until it is activated' : `for ${left} s more`;
  return `${intent.admin} by ${intent.by}${reason}, ${end}`;
}

function whyServer({ server, service }: ServerTarget, snapshot: Snapshot): string {
  const name = nameOfServer(server);
  const where = `${name} in ${nameOfService(service)}`;
  const { configured, effective, kernel } = server.weight;
  const table = inTable(kernel, snapshot);
  if (server.admin !== 'enabled') {
    const health = server.health === 'down' ? ` (and down: ${server.reason})` : '';
    const drain = server.drain ? `; ${server.drain.why}` : '';
    return `${where} is in ${server.admin}${health}: no new connections until it is enabled (hatop enable ${name})${drain}; ${table}.`;
  }
  if (server.health === 'down') {
    return `${where} is down: ${server.reason}; it returns with its weight after one good check; ${table}.`;
  }
  const set = effective === configured ? '' : ` (configured ${configured}; hatop weight ${name} = restores it)`;
  return `${where} is ${server.health} with weight ${effective}${set}: ${server.reason}; ${table}.`;
}

function inTable(kernel: number | null, { dataPlane, dataPlaneReason }: Snapshot): string {
  if (dataPlane === 'none') return `the kernel has no table here${dataPlaneReason ? ` (${dataPlaneReason})` : ''}`;
  const where = dataPlane === 'nftables' ? 'nftables' : 'the kernel';
  return kernel === null ? `it is not in the table of ${where}` : `${where} has weight ${kernel}`;
}

function whyDataPlane({ dataPlane, dataPlaneReason, dataPlaneUse, engine }: Snapshot): string {
  const reason = dataPlaneReason ? `: ${dataPlaneReason}` : '';
  if (engine.mode === 'sim') return `the data plane is ${dataPlane}${reason}: the engine runs in the simulator.`;
  const what =
    dataPlane === 'none' ? 'there is no data plane, so nothing is balanced' : `the data plane is ${dataPlane}`;
  const use = dataPlaneUse ? usageSentence(wordsOfUse(dataPlaneUse)) : '';
  return `${what}${reason}; it is chosen at the start (hatop run --data-plane, or data_plane in hatop.conf).${use}`;
}

const usageSentence = ({ fullest, lost }: UseWords): string => ` It holds ${fullest}${lost ? `; ${lost}` : ''}.`;
