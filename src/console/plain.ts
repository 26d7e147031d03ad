/** The state of an engine as plain text: `hatop status`, and the console where there is no terminal. */

import { clean } from '../control/clean.ts';
import { wordsOfUse } from '../control/data-plane-words.ts';
import type {
  DataPlaneUse,
  InstanceSnapshot,
  RealServerSnapshot,
  ServiceSnapshot,
  Snapshot,
} from '../control/snapshot.ts';
import { fitTo, widthOf } from './fit.ts';
import { peerTone, peerWords } from './peers.ts';
import { createTheme, type Tone } from './theme.ts';
import { brief, countdown, serverName, serviceName } from './words.ts';

export interface PlainOptions {
  /** Default false: only where the caller knows of a terminal. */
  readonly colour?: boolean;
}

/** Ends with a newline; one line per instance, service and real server. */
export function renderPlain(snapshot: Snapshot, options: PlainOptions = {}): string {
  const paint = createTheme({ colour: options.colour === true, ascii: false }).paint;
  const tone = (text: string, name: Tone): string => (options.colour ? paint(text, name) : text);
  const { engine, dataPlane, dataPlaneReason, host } = snapshot;
  const lines = [
    `${clean(host)}: hatop ${clean(engine.version)}, pid ${engine.pid}, ${engine.mode}, configuration ${clean(engine.config)}, at ${snapshot.takenAt}`,
    `data plane ${dataPlane}${dataPlaneReason ? `: ${clean(dataPlaneReason)}` : ''}`,
    ...usageLine(snapshot.dataPlaneUse).map(({ text, alarming }) => tone(clean(text), alarming ? 'bad' : 'plain')),
    ...snapshot.splitBrain.map((split) =>
      tone(
        clean(
          `SPLIT BRAIN vrid ${split.vrid} on ${split.interface}: ${split.senders.join(', ')} advertises too; ${split.cause}`,
        ),
        'bad',
      ),
    ),
    ...(snapshot.peers ?? []).map((peer) => tone(clean(peerWords(peer, snapshot.takenAt)), peerTone(peer))),
    '',
    ...table(
      ['INSTANCE', 'STATE', 'MODE', 'PRIORITY', 'VRID', 'ON', 'FOR', 'ADDRESSES', 'MASTER OR FAULT'],
      snapshot.instances.map((instance) => instanceCells(instance, snapshot)),
    ),
    ...bfdTable(snapshot),
    ...snapshot.services.flatMap((service) => ['', serviceWords(service), ...serverTable(service)]),
    ...snapshot.operations
      .filter(({ result }) => result === null)
      .map(({ verb, target, by, step }) => clean(`RUNNING ${verb} of ${target} by ${by}: ${step}`)),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function usageLine(use: DataPlaneUse | null): { text: string; alarming: boolean }[] {
  if (!use || use.flows.length === 0) return [];
  const { fullest, lost, alarming } = wordsOfUse(use);
  return [{ text: `flows: ${fullest}${lost ? `; ${lost}` : ''}`, alarming }];
}

function instanceCells(i: InstanceSnapshot, { takenAt }: Snapshot): string[] {
  const now = Date.parse(takenAt);
  const lease = i.leaseEndsAt === null ? '' : ` (${countdown(Date.parse(i.leaseEndsAt) - now)} left)`;
  const master =
    i.state === 'master' ? 'this node' : i.master ? `${i.master.address} (${i.master.priority})` : 'none heard';
  const addresses = i.virtualAddresses.map(({ address, interface: link, present }) => {
    const word = present === null ? 'UNKNOWN' : present ? 'present' : 'absent';
    return link === i.interface ? `${address} ${word}` : `${address} ${word} on ${link}`;
  });
  return [
    i.name,
    i.state.toUpperCase(),
    `${i.admin}${lease}`,
    `${i.priority.effective}/${i.priority.base}`,
    String(i.vrid),
    i.interface,
    brief(now - Date.parse(i.since)),
    addresses.join(', '),
    i.faults.length > 0 ? i.faults.join('; ') : master,
  ];
}

function bfdTable({ bfd, takenAt }: Snapshot): string[] {
  if (!bfd) return [];
  const now = Date.parse(takenAt);
  const rows = bfd.sessions.map((session) => {
    const { sent, received, dropped } = session.packets;
    const lost = Object.entries(dropped).map(([reason, count]) => `${reason} ${count}`);
    return [
      session.name,
      session.neighbor,
      session.state.toUpperCase(),
      brief(now - Date.parse(session.since)),
      session.detectionMs === null ? '-' : `${session.detectionMs} ms`,
      `${sent}/${received}`,
      lost.join(', ') || '-',
      session.reason,
    ];
  });
  return ['', ...table(['BFD', 'NEIGHBOR', 'STATE', 'FOR', 'DETECTION', 'SENT/HEARD', 'DROPPED', 'REASON'], rows)];
}

function serviceWords(s: ServiceSnapshot): string {
  const { quorum, sorry } = s;
  const sorryWords = sorry ? `, sorry server ${sorry.address}:${sorry.port}${sorry.active ? ' SERVING' : ''}` : '';
  const word = quorum.up ? 'UP' : 'DOWN';
  return clean(
    `${serviceName(s)} ${word}, ${s.scheduler} ${s.method}, quorum ${quorum.alive} (needs ${quorum.needed})${sorryWords}`,
  );
}

function serverTable(service: ServiceSnapshot): string[] {
  return table(
    ['  REAL SERVER', 'HEALTH', 'ADMIN', 'WEIGHT', 'TABLE', 'ACTIVE', 'INACTIVE', 'PERSISTENT', 'REASON'],
    service.realServers.map(serverCells),
  );
}

function serverCells(r: RealServerSnapshot): string[] {
  const { configured, effective, kernel } = r.weight;
  const count = (n: number | undefined): string => (n === undefined ? '-' : String(n));
  return [
    `  ${serverName(r)}`,
    r.health.toUpperCase(),
    r.admin,
    `${effective}/${configured}`,
    kernel === null ? '-' : String(kernel),
    count(r.connections?.active),
    count(r.connections?.inactive),
    count(r.connections?.persistent),
    r.drain ? r.drain.why : r.reason,
  ];
}

/** Columns as wide as their widest cell, two spaces between them. */
function table(titles: readonly string[], rows: readonly string[][]): string[] {
  if (rows.length === 0) return [];
  const all = [titles, ...rows.map((row) => row.map((cell) => clean(cell)))];
  const widths = titles.map((_, column) => Math.max(...all.map((row) => widthOf(row[column] ?? ''))));
  return all.map((row) => row.map((cell, column) => fitTo(cell, widths[column] ?? 0)).join('  '));
}
