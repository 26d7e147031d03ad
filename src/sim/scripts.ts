import { after, type Duration, milliseconds } from '../base/time.ts';
import type { Alarms, Clock } from '../ports/clock.ts';
import type { ScriptCommand, ScriptResult, Scripts } from '../ports/scripts.ts';

/** How a simulated program ends: with an exit code, or with any other result. */
export type SimOutcome = number | Exclude<ScriptResult, { kind: 'exited' }>;

export interface SimScripts extends Scripts {
  /** From now on, for every command whose first word is `program`. `takes`: 1 ms unless given. */
  setScript(program: string, outcome: SimOutcome, takes?: Duration): void;
  /** Every command that was started, in order. */
  readonly started: readonly ScriptCommand[];
}

const usualDuration = milliseconds(1);

/** A program that nobody has set cannot be started, as on a machine where it is missing. */
export function createSimScripts(alarms: Alarms, clock: Clock): SimScripts {
  const programs = new Map<string, { outcome: SimOutcome; takes: Duration }>();
  const started: ScriptCommand[] = [];
  return {
    started,
    setScript: (program, outcome, takes = usualDuration) => void programs.set(program, { outcome, takes }),
    run(command, done) {
      const name = command.argv[0] ?? '';
      const program = programs.get(name);
      if (!program) {
        const result: ScriptResult = { kind: 'not-started', detail: `${name}: no such file (ENOENT)` };
        return alarms.at(clock.now(), () => done(result));
      }
      started.push(command);
      const late = command.timeout !== undefined && program.takes > command.timeout;
      const took = late ? (command.timeout ?? program.takes) : program.takes;
      const result = late ? ({ kind: 'timed-out' } as const) : resultOf(program.outcome, took);
      return alarms.at(after(clock.now(), took), () => done(result));
    },
  };
}

function resultOf(outcome: SimOutcome, took: Duration): ScriptResult {
  return typeof outcome === 'number' ? { kind: 'exited', code: outcome, took, output: '' } : outcome;
}
