/**
 * The engine: virtual routers and services of one machine, the journal, the operator's intents, and operations.
 * It owns an operation from the moment it is asked for; a console that goes away changes nothing.
 */
import { isoTime } from '../base/time.ts';
import type { Configuration } from '../conf/model.ts';
import type { Update } from '../control/link.ts';
import type { Snapshot } from '../control/snapshot.ts';
import type { Cancel } from '../ports/clock.ts';
import { applyAcceptMode } from './accept-mode.ts';
import { createArpWatch } from './arp-watch.ts';
import { routerPlans, sessionConfigs, staticPlan } from './assemble.ts';
import { createSessionVerdicts } from './bfd/verdicts.ts';
import { watchLeases } from './lease.ts';
import { createLinks, type EngineLinks } from './links.ts';
import { createNotifier } from './notify/notifier.ts';
import { createOperationDesk } from './operations/desk.ts';
import type { EngineParts } from './parts.ts';
import { createPeerLinks } from './peers/peer-links.ts';
import { type Current, createReload } from './reload/reload.ts';
import type { RouterCommand, RouterPlan, RouterReport, StaticPlan } from './router/messages.ts';
import { createRouters } from './routers.ts';
import { createServiceBoard } from './services/board.ts';
import { createConnectionSync } from './services/connection-sync.ts';
import { createSnapshots } from './snapshots.ts';
import { runTrackScripts } from './track-scripts.ts';
import { trackWatched } from './track-watched.ts';

export interface Engine extends EngineLinks {
  start(): Promise<void>;
  /** Graceful: priority 0, addresses off, our services out of the table. */
  stop(): Promise<void>;
  /** The routers are dead: ends the rest, at once. */
  halt(): void;
  snapshot(): Snapshot;
  /** Of the virtual routers as they run now. */
  plans(): readonly RouterPlan[];
  statics(): StaticPlan;
}

const NOBODY = { instances: [] };

export function createEngine(parts: EngineParts): Engine {
  const { configuration, host, intents, journal, identity } = parts;
  const listeners = new Set<(update: Update) => void>();
  const tell = (update: Update): void => {
    for (const listener of listeners) listener(update);
  };
  const routers = createRouters(parts.port, heard);
  const current: Current = { configuration, plans: routerPlans(configuration, intents) };
  const notifier = createNotifier(
    host,
    () => current.configuration,
    (name) => routers.statuses().find(({ snapshot }) => snapshot.name === name)?.snapshot.priority.effective,
    (subject, text) =>
      journal.write({ at: isoTime(host.clock.wall()), severity: 'warning', kind: 'engine', subject, text }),
  );
  const verdicts = createSessionVerdicts(host.clock, host.alarms);
  const board = createServiceBoard(configuration, host, intents, journal, () => snapshots.soon(), notifier, verdicts);
  let tracks: { reload(configuration: Configuration): void } | undefined;
  const {
    reread,
    identity: { config: file },
  } = parts;
  const reload = createReload({
    file,
    current,
    reread,
    intents,
    routers,
    board,
    tracks: () => tracks,
    changing: (next) => applyAcceptMode(next, host, journal),
  });
  const peers = createPeerLinks(parts.peers ?? [], host, journal, () => snapshots.soon());
  const desk = createOperationDesk({
    current,
    reload,
    routers,
    board,
    intents,
    journal,
    host,
    peers,
    own: () => snapshots.take(),
    changed: () => snapshots.soon(),
  });
  const soon = (): void => snapshots.soon();
  const arpWatch = createArpWatch(() => current, routers, host, journal, soon);
  const seen = { ...board, snapshot: () => arpWatch.annotate(board.snapshot()) };
  const sync = createConnectionSync(host, () => current.configuration.global, note);
  const snapshots = createSnapshots({ ...parts, routers, board: seen, desk, peers }, tell);
  const links = createLinks({ identity, snapshots, journal, desk, routers, board, intents, listeners });
  let stops: Cancel[] = [];
  let ending = false;
  let served = false;

  function heard(report: RouterReport): void {
    if (report.type === 'journal') {
      journal.write(report.entry);
      if (report.entry.kind === 'transition') notifier.transition(report.entry.subject, report.entry.text);
    } else if (report.type === 'advert') {
      parts.mastership?.sent(report.advert, report.sentAt);
      tell({ kind: 'advert', advert: report.advert });
    } else if (report.type === 'session-verdict') {
      verdicts.heard(report.verdict);
    } else if (report.type === 'status') {
      parts.mastership?.changed(report.routers);
      if (served) sync.follow(report.routers.map(({ snapshot }) => snapshot));
      snapshots.soon();
    }
  }

  return {
    ...links,
    snapshot: () => snapshots.take(),
    plans: () => current.plans,
    statics: () => staticPlan(current.configuration),
    async start() {
      journal.watch((event) => tell({ kind: 'event', event }));
      note(`hatop ${identity.version} starts with ${identity.config}`);
      if (host.tableChoice && host.table.kind !== 'none') note(`data plane ${host.table.kind}: ${host.tableChoice}`);
      notifier.follow();
      applyAcceptMode(configuration, host, journal);
      await routers.started(sessionConfigs(configuration), parts.mastership?.leftBehind);
      if (ending) return;
      served = true;
      board.start();
      sync.follow(routers.statuses().map(({ snapshot }) => snapshot));
      arpWatch.start();
      peers.start();
      const names = (): string[] => current.configuration.instances.map(({ name }) => name);
      const send = (command: RouterCommand): void => parts.port.send(command);
      const running = [
        runTrackScripts(configuration, host, journal, send),
        trackWatched(configuration, host, journal, send),
      ];
      tracks = {
        reload(next) {
          for (const one of running) one.reload(next);
          notifier.follow();
        },
      };
      stops = [
        ...running.map((one) => () => one.stop()),
        watchLeases(names, intents, routers, host, journal),
        snapshots.start(),
      ];
    },
    async stop() {
      endTimers();
      // The addresses go first: nobody shall be sent to services that are gone.
      await routers.stop();
      applyAcceptMode(NOBODY, host, journal);
      parts.mastership?.forget();
      endServices();
      await notifier.stop();
      note('stopped');
    },
    halt() {
      applyAcceptMode(NOBODY, host, journal);
      parts.mastership?.forget();
      endTimers();
      endServices();
      void notifier.stop();
    },
  };

  function endTimers(): void {
    ending = true;
    arpWatch.stop();
    peers.stop();
    for (const stop of stops.splice(0)) stop();
  }

  function endServices(): void {
    if (!served) return;
    served = false;
    // Before the table, which is what it speaks through, is closed.
    sync.stop();
    board.stop();
  }

  function note(text: string, severity: 'info' | 'warning' = 'info'): void {
    journal.write({ at: isoTime(host.clock.wall()), severity, kind: 'engine', subject: '', text });
  }
}
