/** vrrp_scripts: run on the main thread, told to the instances that track them. */

import { isoTime } from '../base/time.ts';
import type { Configuration, VrrpInstance, VrrpScript } from '../conf/model.ts';
import type { Cancel } from '../ports/clock.ts';
import type { ServiceHost } from '../ports/host.ts';
import type { ScriptCommand } from '../ports/scripts.ts';
import { influenceOf } from '../vrrp/influence.ts';
import {
  initialScriptTracker,
  type ScriptTrackerEffect,
  type ScriptTrackerEvent,
  stepScriptTracker,
} from '../vrrp/script-tracker.ts';
import type { Journal } from './journal.ts';
import { sameDefinition } from './reload/differences.ts';
import type { RouterCommand, RouterPlan } from './router/messages.ts';

const sourceOf = (script: string): string => `script ${script}`;

/** An unweighted script that has not answered yet keeps its instances out: nobody becomes master unexamined. */
export function initialScriptFaults(configuration: Configuration, instance: VrrpInstance): RouterPlan['initialFaults'] {
  return instance.trackScripts
    .filter((tracked) => tracked.weight === 0 && configuration.scripts.some((s) => s.name === tracked.script))
    .map(({ script }) => ({ source: sourceOf(script), reason: `waiting for the first result of script ${script}` }));
}

export interface TrackScripts {
  stop(): void;
  /**
   * From now on these scripts and whoever tracks them. A script of unchanged definition goes on with its verdict, which
   * is told to all that track it: some may do so only now, others may have begun anew.
   */
  reload(configuration: Configuration): void;
}

export function runTrackScripts(
  configuration: Configuration,
  host: ServiceHost,
  journal: Journal,
  send: (command: RouterCommand) => void,
): TrackScripts {
  let current = configuration;
  let runners = wanted(configuration).map((script) => start(script));

  function start(script: VrrpScript): Runner {
    const trackers = (): Tracker[] => trackersOf(current, script);
    return runScript(script, trackers, commandOf(script, current), host, journal, send);
  }

  return {
    stop() {
      for (const runner of runners.splice(0)) runner.stop();
    },
    reload(next) {
      const before = current;
      const earlier = runners;
      current = next;
      const kept = (script: VrrpScript): Runner | undefined =>
        earlier.find((one) =>
          sameDefinition([one.script, commandOf(one.script, before)], [script, commandOf(script, next)]),
        );
      runners = [];
      runners = wanted(next).map((script) => kept(script) ?? start(script));
      for (const runner of earlier) if (!runners.includes(runner)) runner.stop();
      forgetUntracked(before, next, send);
      for (const runner of runners) if (earlier.includes(runner)) runner.tellAgain();
    },
  };
}

const wanted = (configuration: Configuration): VrrpScript[] =>
  configuration.scripts.filter((script) => trackersOf(configuration, script).length > 0);

/** Instances that go on but do not track a script any more, or another way, lose what it counted for them. */
function forgetUntracked(before: Configuration, next: Configuration, send: (command: RouterCommand) => void): void {
  for (const script of before.scripts) {
    for (const { instance, weight } of trackersOf(before, script)) {
      const after = trackersOf(next, script).find((tracker) => tracker.instance === instance);
      const source = sourceOf(script.name);
      if (weight !== 0 && after?.weight !== weight) send({ type: 'priority-term', instance, source, value: 0 });
      if (weight === 0 && after?.weight !== 0) send({ type: 'fault-cleared', instance, source });
    }
  }
}

interface Tracker {
  readonly instance: string;
  readonly weight: number;
  readonly reverse: boolean;
}

const trackersOf = (configuration: Configuration, script: VrrpScript): Tracker[] =>
  configuration.instances.flatMap((instance) =>
    instance.trackScripts
      .filter((tracked) => tracked.script === script.name)
      .map(({ weight, reverse }) => ({ instance: instance.name, weight, reverse })),
  );

interface Runner {
  readonly script: VrrpScript;
  tellAgain(): void;
  stop(): void;
}

function runScript(
  script: VrrpScript,
  trackers: () => readonly Tracker[],
  command: ScriptCommand,
  host: ServiceHost,
  journal: Journal,
  send: (command: RouterCommand) => void,
): Runner {
  let state = initialScriptTracker(script);
  let told: { readonly ok: boolean; readonly reason: string } | undefined;
  let timer: Cancel = () => {};
  let running: Cancel = () => {};

  function dispatch(event: ScriptTrackerEvent): void {
    const next = stepScriptTracker(script, state, event);
    state = next.state;
    for (const effect of next.effects) perform(effect);
  }

  function perform(effect: ScriptTrackerEffect): void {
    switch (effect.type) {
      case 'run-script':
        running = host.scripts.run(command, (end) => dispatch({ type: 'result', at: host.clock.now(), end }));
        return;
      case 'set-timer':
        timer();
        timer = host.alarms.at(effect.deadline, () => dispatch({ type: 'timer', at: host.clock.now() }));
        return;
      case 'stop-timer':
        return timer();
      case 'changed':
        told = { ok: effect.ok, reason: effect.reason };
        write(effect.ok ? 'info' : 'warning', effect.reason);
        return tell(told);
      case 'note':
        return write('warning', effect.text);
    }
  }

  function tell({ ok, reason }: { readonly ok: boolean; readonly reason: string }): void {
    const source = sourceOf(script.name);
    for (const { instance, ...tracking } of trackers()) {
      const influence = influenceOf(tracking, ok);
      if (influence.kind === 'priority-term') {
        send({ type: 'priority-term', instance, source, value: influence.value });
      } else if (influence.failed) send({ type: 'fault', instance, source, reason });
      else send({ type: 'fault-cleared', instance, source });
    }
  }

  function write(severity: 'info' | 'warning', text: string): void {
    journal.write({ at: isoTime(host.clock.wall()), severity, kind: 'health', subject: script.name, text });
  }

  dispatch({ type: 'start', at: host.clock.now() });
  return {
    script,
    tellAgain: () => told && tell(told),
    stop() {
      dispatch({ type: 'stop', at: host.clock.now() });
      running();
    },
  };
}

const commandOf = (script: VrrpScript, { global }: Configuration): ScriptCommand => ({
  argv: script.argv,
  user: script.user ?? global.scriptUser?.user,
  group: script.group ?? global.scriptUser?.group,
  timeout: script.timeout,
});
