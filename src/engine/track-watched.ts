/** Tracked files and processes: looked at on the main thread, told to the instances that track them. */
import { after, isoTime, milliseconds } from '../base/time.ts';
import type { Configuration, TrackFile, Tracking, TrackProcess, VrrpInstance } from '../conf/model.ts';
import type { Cancel } from '../ports/clock.ts';
import type { ServiceHost } from '../ports/host.ts';
import { describeOsError } from '../ports/os-error.ts';
import { fileInfluence, numberIn } from '../vrrp/file-tracker.ts';
import { type Influence, influenceOf } from '../vrrp/influence.ts';
import { describeProcesses, initialProcessTracker, lookAtProcesses } from '../vrrp/process-tracker.ts';
import type { Journal } from './journal.ts';
import type { RouterCommand, RouterPlan } from './router/messages.ts';

/** How often /proc is read while a process is tracked. */
const LOOK_EVERY = milliseconds(500);

const fileSource = (name: string): string => `file ${name}`;
const processSource = (name: string): string => `process ${name}`;

/** What guards without a weight keeps its instances out until it has been looked at. */
export function initialWatchedFaults({ trackFiles, trackProcesses }: VrrpInstance): RouterPlan['initialFaults'] {
  return [
    ...trackFiles.filter(unweighted).map(({ name }) => fileSource(name)),
    ...trackProcesses.filter(unweighted).map(({ name }) => processSource(name)),
  ].map((source) => ({ source, reason: `waiting for the first look at ${source}` }));
}
const unweighted = ({ weight }: Tracking): boolean => weight === 0;

export interface TrackWatched {
  stop(): void;
  /** From now on these; instances that track something no longer lose what it counted for them. */
  reload(configuration: Configuration): void;
}

interface Told {
  readonly instance: string;
  readonly source: string;
  readonly influence: Influence;
  readonly reason: string;
}

export function trackWatched(
  configuration: Configuration,
  host: ServiceHost,
  journal: Journal,
  send: (command: RouterCommand) => void,
): TrackWatched {
  let told = new Map<string, Told>();
  const stops: Cancel[] = [];

  function tell(next: Told): void {
    const key = `${next.instance}\0${next.source}`;
    const before = told.get(key)?.influence;
    told.set(key, next);
    const { instance, source, influence, reason } = next;
    if (before?.kind === influence.kind && JSON.stringify(before) === JSON.stringify(influence)) return;
    if (before && before.kind !== influence.kind) forget(next);
    if (influence.kind === 'priority-term') {
      // At the start, or before a reload, it may have been a fault.
      if (!before) send({ type: 'fault-cleared', instance, source });
      send({ type: 'priority-term', instance, source, value: influence.value });
      return;
    }
    if (!before) send({ type: 'priority-term', instance, source, value: 0 });
    if (influence.failed) send({ type: 'fault', instance, source, reason });
    else send({ type: 'fault-cleared', instance, source });
  }

  function forget({ instance, source }: Pick<Told, 'instance' | 'source'>): void {
    send({ type: 'priority-term', instance, source, value: 0 });
    send({ type: 'fault-cleared', instance, source });
  }

  function write(subject: string, text: string, severity: 'info' | 'warning'): void {
    journal.write({ at: isoTime(host.clock.wall()), severity, kind: 'health', subject, text });
  }

  function followFile(file: TrackFile, trackers: readonly Tracker[]): Cancel {
    return host.watchedFiles.watch(file.path, (text) => {
      const reason = `${fileSource(file.name)} has ${text === undefined ? 'nothing' : `the number ${numberIn(text)}`}`;
      write(file.name, `${reason} (${file.path})`, 'info');
      for (const { instance, tracking } of trackers) {
        tell({ instance, source: fileSource(file.name), influence: fileInfluence(tracking, text), reason });
      }
    });
  }

  function followProcesses(processes: readonly TrackProcess[], trackersOf: (name: string) => Tracker[]): Cancel {
    const states = new Map(processes.map((process) => [process, initialProcessTracker]));
    let next: Cancel = () => {};
    const look = (): void => {
      const running = host.processes.list();
      for (const [process, before] of states) {
        const state = lookAtProcesses(process, before, running, host.clock.now());
        states.set(process, state);
        if (state.ok === before.ok || state.ok === undefined) continue;
        const reason = describeProcesses(process, state.count);
        write(process.name, reason, state.ok ? 'info' : 'warning');
        for (const { instance, tracking } of trackersOf(process.name)) {
          const influence = influenceOf(tracking, state.ok);
          tell({ instance, source: processSource(process.name), influence, reason });
        }
      }
      next = host.alarms.at(after(host.clock.now(), LOOK_EVERY), look);
    };
    look();
    return () => next();
  }

  function start({ instances, trackFiles, trackProcesses }: Configuration): void {
    for (const file of trackFiles) {
      const trackers = trackersIn(instances, file.name, (instance) => instance.trackFiles);
      if (trackers.length > 0) stops.push(followFile(file, trackers));
    }
    const trackersOf = (name: string): Tracker[] => trackersIn(instances, name, (one) => one.trackProcesses);
    const wanted = trackProcesses.filter(({ name }) => trackersOf(name).length > 0);
    if (wanted.length > 0) stops.push(followProcesses(wanted, trackersOf));
  }

  function stop(): void {
    for (const each of stops.splice(0)) each();
  }

  for (const { name, path, init } of configuration.trackFiles) {
    const made = init && host.watchedFiles.make(path, `${init.value}\n`, init.overwrite);
    if (made && !made.ok) write(name, describeOsError(made.error), 'warning');
  }
  start(configuration);
  return {
    stop,
    reload(next) {
      stop();
      const before = told;
      told = new Map();
      // An instance that begins anew has forgotten what it was told: everything is told once more.
      start(next);
      for (const [key, one] of before) if (!told.has(key)) forget(one);
    },
  };
}

interface Tracker {
  readonly instance: string;
  readonly tracking: Tracking;
}

const trackersIn = (
  instances: readonly VrrpInstance[],
  name: string,
  tracked: (instance: VrrpInstance) => readonly Tracking[],
): Tracker[] =>
  instances.flatMap((instance) =>
    tracked(instance)
      .filter((one) => one.name === name)
      .map((tracking) => ({ instance: instance.name, tracking })),
  );
