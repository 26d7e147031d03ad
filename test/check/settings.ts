/** Checker settings for the tests: only what a test is about is written in it. */
import { ip } from '../../src/base/ip.ts';
import { instant, milliseconds, seconds } from '../../src/base/time.ts';
import {
  type CheckerEffect,
  type CheckerEvent,
  type CheckerStep,
  initialState,
  step,
} from '../../src/check/checker.ts';
import type {
  CheckerConfig,
  FileCheckerConfig,
  HttpCheckerConfig,
  ScriptCheckerConfig,
  TcpCheckerConfig,
  UrlConfig,
} from '../../src/check/config.ts';
import type { ProbeRequest, ProbeResult } from '../../src/check/probe.ts';
import type { CheckerState } from '../../src/check/state.ts';

const timing = {
  address: ip('10.0.0.21'),
  port: 80,
  bindTo: undefined,
  connectTimeout: seconds(3),
  delayLoop: seconds(6),
  retry: 3,
  delayBeforeRetry: seconds(3),
  warmup: seconds(6),
  alpha: false,
};

export const tcpCheck = (settings: Partial<TcpCheckerConfig> = {}): TcpCheckerConfig => ({
  kind: 'tcp',
  ...timing,
  ...settings,
});

export const url = (path: string, settings: Partial<UrlConfig> = {}): UrlConfig => ({
  path,
  statusCodes: [],
  digest: undefined,
  virtualHost: undefined,
  ...settings,
});

export const httpCheck = (settings: Partial<HttpCheckerConfig> = {}): HttpCheckerConfig => ({
  kind: 'http',
  virtualHost: undefined,
  urls: [url('/ping')],
  ...timing,
  ...settings,
});

const schedule = { delayLoop: seconds(6), retry: 0, delayBeforeRetry: seconds(1), warmup: seconds(0), alpha: false };

export const scriptCheck = (settings: Partial<ScriptCheckerConfig> = {}): ScriptCheckerConfig => ({
  kind: 'script',
  argv: ['/bin/check'],
  user: undefined,
  group: undefined,
  timeout: seconds(5),
  dynamic: false,
  ...schedule,
  ...settings,
});

export const fileCheck = (settings: Partial<FileCheckerConfig> = {}): FileCheckerConfig => ({
  kind: 'file',
  path: '/run/n',
  weight: 1,
  reverse: false,
  ...schedule,
  delayLoop: seconds(1),
  ...settings,
});

export const connected: ProbeResult = { kind: 'connected', took: milliseconds(0.42) };
export const refused: ProbeResult = { kind: 'refused' };
export const http = (status: number, md5 = 'd41d8cd98f00b204e9800998ecf8427e'): ProbeResult => ({
  kind: 'response',
  status,
  body: new Uint8Array(),
  md5,
  took: milliseconds(12),
});

/**
 * Runs a checker from its start at 0 with `random` 0. Every probe takes `took` ms and answers what `answers` holds next;
 * returns one line an effect, with its time in seconds, until the answers are used up.
 */
export function converse(config: CheckerConfig, answers: readonly ProbeResult[], took = 0) {
  const lines: string[] = [];
  let state: CheckerState = initialState(config);
  let now = 0;
  const queue = [...answers];
  let done = false;
  const perform = (event: CheckerEvent): void => {
    const result: CheckerStep = step(config, state, event);
    state = result.state;
    for (const effect of result.effects) lines.push(`${now / 1000} ${describe(effect)}`);
    for (const effect of result.effects) {
      if (effect.type === 'set-timer') now = effect.deadline;
    }
  };
  perform({ type: 'start', at: instant(0), random: 0 });
  while (!done) {
    perform({ type: 'timer', at: instant(now) });
    const result = queue.shift();
    if (!result) throw new Error('more probes than answers');
    now += took;
    perform({ type: 'probe-result', at: instant(now), result });
    done = queue.length === 0;
  }
  return { lines, state };
}

export function describe(effect: CheckerEffect): string {
  switch (effect.type) {
    case 'probe':
      return describeRequest(effect.request);
    case 'weight':
      return `WEIGHT (${effect.reason})`;
    case 'set-timer':
      return `timer ${effect.deadline / 1000}`;
    case 'verdict':
      return `${effect.up ? 'UP' : 'DOWN'} (${effect.reason})`;
    default:
      return effect.type;
  }
}

function describeRequest(request: ProbeRequest): string {
  switch (request.kind) {
    case 'tcp':
      return `connect ${request.address}:${request.port}`;
    case 'http':
      return `GET ${request.path}`;
    case 'script':
      return `run ${request.argv.join(' ')}`;
    default:
      return request.kind;
  }
}
