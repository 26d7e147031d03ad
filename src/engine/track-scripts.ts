/** vrrp_scripts: run on the main thread, told to the instances that track them. */
import { isoTime } from '../base/time.ts';
import type { Configuration, VrrpInstance, VrrpScript } from '../conf/model.ts';
import type { Cancel } from '../ports/clock.ts';
import type { ServiceHost } from '../ports/host.ts';
import type { ScriptCommand } from '../ports/scripts.ts';
import {
  initialScriptTracker,
  type ScriptTrackerEffect,
  type ScriptTrackerEvent,
  scriptInfluence,
  stepScriptTracker,
} from '../vrrp/script-tracker.ts';
import type { Journal } from './journal.ts';
import type { RouterCommand, RouterPlan } from './router/messages.ts';

const sourceOf = (script: string): string => `script ${script}`;

/** An unweighted script that has not answered yet keeps its instances out: nobody becomes master unexamined. */
export function initialScriptFaults(configuration: Configuration, instance: VrrpInstance): RouterPlan['initialFaults'] {
  return instance.trackScripts
    .filter((tracked) => tracked.weight === 0 && configuration.scripts.some((s) => s.name === tracked.script))
    .map(({ script }) => ({ source: sourceOf(script), reason: `waiting for the first result of script ${script}` }));
}

export function runTrackScripts(
  configuration: Configuration,
  host: ServiceHost,
  journal: Journal,
  send: (command: RouterCommand) => void,
): Cancel {
  const stops = configuration.scripts
    .map((script) => ({ script, trackers: trackersOf(configuration, script) }))
    .filter(({ trackers }) => trackers.length > 0)
    .map(({ script, trackers }) => runScript(script, trackers, configuration, host, journal, send));
  return () => {
    for (const stop of stops) stop();
  };
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

function runScript(
  script: VrrpScript,
  trackers: readonly Tracker[],
  configuration: Configuration,
  host: ServiceHost,
  journal: Journal,
  send: (command: RouterCommand) => void,
): Cancel {
  let state = initialScriptTracker(script);
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
        running = host.scripts.run(commandOf(script, configuration), (end) =>
          dispatch({ type: 'result', at: host.clock.now(), end }),
        );
        return;
      case 'set-timer':
        timer();
        timer = host.alarms.at(effect.deadline, () => dispatch({ type: 'timer', at: host.clock.now() }));
        return;
      case 'stop-timer':
        return timer();
      case 'changed':
        return tell(effect.ok, effect.reason);
      case 'note':
        return write('warning', effect.text);
    }
  }

  function tell(ok: boolean, reason: string): void {
    write(ok ? 'info' : 'warning', reason);
    const source = sourceOf(script.name);
    for (const { instance, ...tracking } of trackers) {
      const influence = scriptInfluence(tracking, ok);
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
  return () => {
    dispatch({ type: 'stop', at: host.clock.now() });
    running();
  };
}

const commandOf = (script: VrrpScript, { global }: Configuration): ScriptCommand => ({
  argv: script.argv,
  user: script.user ?? global.scriptUser?.user,
  group: script.group ?? global.scriptUser?.group,
  timeout: script.timeout,
});
