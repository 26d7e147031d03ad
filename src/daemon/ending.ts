/**
 * How the engine ends. A signal and a fault of the main thread end it in good order: priority 0, addresses off. Where
 * the virtual routers cannot do that any more, the addresses are taken off without them.
 */
import type { Engine } from '../engine/engine.ts';
import type { RouterPlan } from '../engine/router/messages.ts';
import type { Log } from './log.ts';
import { releaseAddresses } from './rescue.ts';

export interface Ending {
  /** Resolves with the first reason to end. */
  readonly asked: Promise<'signal' | 'fault' | 'routers-died'>;
  begun(): boolean;
  /** Resolves when the virtual routers are dead. */
  readonly dead: Promise<void>;
  readonly routersDied: (error: Error) => void;
}

/** From now on nothing ends this process without the addresses being taken care of, but SIGKILL. */
export function watchForEnding(log: Log): Ending {
  let begun = false;
  let ask: (why: 'signal' | 'fault' | 'routers-died') => void = () => {};
  let die: () => void = () => {};
  const asked = new Promise<'signal' | 'fault' | 'routers-died'>((resolve) => {
    ask = (why) => {
      begun = true;
      resolve(why);
    };
  });
  const dead = new Promise<void>((resolve) => {
    die = resolve;
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => ask('signal'));
  // Unhandled rejections come here too.
  process.on('uncaughtException', (error) => {
    log(`error: a fault of hatop itself, which ends it: ${stackOf(error)}`);
    ask('fault');
  });
  return {
    asked,
    begun: () => begun,
    dead,
    routersDied(error) {
      log(`error: the virtual routers failed: ${stackOf(error)}`);
      die();
      ask('routers-died');
    },
  };
}

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

const STOP_WITHIN_MS = 2500;

/** Ends the engine within three seconds, whatever hangs. Returns what went wrong, in words; empty: a good end. */
export async function endEngine(
  engine: Pick<Engine, 'stop' | 'halt' | 'statics'>,
  plans: () => readonly RouterPlan[],
  dead: Promise<void>,
  { release = releaseAddresses, patienceMs = STOP_WITHIN_MS } = {},
): Promise<string[]> {
  const problem = await Promise.race([
    dead.then(() => 'the virtual routers are dead: no priority 0 was sent, the addresses are taken off without them'),
    engine.stop().then(
      () => undefined,
      (error) => `the engine could not be stopped in good order: ${stackOf(error)}`,
    ),
    patience(patienceMs),
  ]);
  if (problem === undefined) return [];
  const left = release(plans(), engine.statics());
  return [problem, ...left, ...attempt(() => engine.halt())];
}

const patience = (ms: number): Promise<string> =>
  new Promise((resolve) => {
    const words = `the virtual routers did not stop within ${ms / 1000} s: the addresses are taken off without them`;
    setTimeout(() => resolve(words), ms).unref();
  });

function attempt(action: () => void): string[] {
  try {
    action();
    return [];
  } catch (error) {
    return [stackOf(error)];
  }
}
