import { ip } from '../../src/base/ip.ts';
import { type Instant, instant } from '../../src/base/time.ts';
import type { RouterEffect } from '../../src/vrrp/effect.ts';
import type { AdminMode, RouterEvent, TimerName } from '../../src/vrrp/event.ts';
import { influenceOf } from '../../src/vrrp/influence.ts';
import { describeWhy, effectivePriority, initialState, step } from '../../src/vrrp/instance.ts';
import { judge } from '../../src/vrrp/judge.ts';
import {
  initialScriptTracker,
  type ScriptTrackerEffect,
  type ScriptTrackerEvent,
  type ScriptTrackerState,
  stepScriptTracker,
} from '../../src/vrrp/script-tracker.ts';
import type { RouterState } from '../../src/vrrp/state.ts';
import { encodeVrrp } from '../../src/wire/vrrp.ts';
import type { Act, RouterLine, Scenario, TrackedScript } from './parse.ts';
import { causeOf, createTranscript } from './transcript.ts';

/** A datagram is so long on the wire. */
const LATENCY = 1;
/** A script takes so long. */
const SCRIPT_TAKES = 10;
const GROUP = ip('224.0.0.18');

interface Router {
  readonly line: RouterLine;
  state: RouterState;
  running: boolean;
  held: boolean;
  /** The token of the alarm that counts; others were stopped or put off. */
  readonly alarms: Map<TimerName, object>;
  readonly scripts: { readonly tracked: TrackedScript; state: ScriptTrackerState; succeeds: boolean }[];
  pausedUntil: number;
}

/** Routers with pure cores on a wire; everything happens in the order of time, datagrams before timers. */
export function runScenario(scenario: Scenario): string {
  const transcript = createTranscript();
  const routers = new Map<string, Router>();
  for (const line of scenario.routers) routers.set(line.name, offline(line));
  const queue: { at: number; rank: number; seq: number; run: () => void }[] = [];
  const cuts = new Set<string>();
  let seq = 0;
  let now: Instant = instant(0);
  let holders = '';
  let operations = 0;

  const schedule = (at: number, rank: number, run: () => void): void => {
    queue.push({ at, rank, seq: seq++, run });
  };
  const find = (name: string | undefined): Router => {
    const router = routers.get(name ?? '');
    if (!router) throw new Error(`no router ${name}`);
    return router;
  };

  function give(router: Router, event: RouterEvent, cause = causeOf(event)): void {
    if (!router.running) return;
    const result = step(router.line.config, router.state, event);
    router.state = result.state;
    if (result.effects.length > 0 || event.type !== 'primary-address') {
      transcript.turn(now, router.line.name, cause, result.effects);
    }
    for (const effect of result.effects) perform(router, effect);
    showHolders();
  }

  function showHolders(): void {
    const names = [...routers.values()].filter((r) => r.held).map((r) => r.line.name);
    const text = names.join(' and ') || 'nobody';
    if (text !== holders) transcript.line(now, '', `the addresses are on ${text}`);
    holders = text;
  }

  function perform(router: Router, effect: RouterEffect): void {
    if (effect.type === 'send-advert') send(router, effect.priority);
    else if (effect.type === 'add-addresses') router.held = true;
    else if (effect.type === 'remove-addresses') router.held = false;
    else if (effect.type === 'stop-timer') router.alarms.delete(effect.timer);
    else if (effect.type === 'set-timer') {
      const token = {};
      router.alarms.set(effect.timer, token);
      schedule(effect.deadline, 1, () => ring(router, effect.timer, token));
    }
  }

  /** A process that stands still hears its alarms when it goes on, after the datagrams that have waited. */
  function ring(router: Router, timer: TimerName, token: object): void {
    if (router.alarms.get(timer) !== token) return;
    if (now < router.pausedUntil) return schedule(router.pausedUntil, 1, () => ring(router, timer, token));
    router.alarms.delete(timer);
    give(router, { type: 'timer', at: now, timer });
  }

  function send(from: Router, priority: number): void {
    const { config, address } = from.line;
    const payload = encodeVrrp({ ...config, version: 2, priority });
    for (const to of routers.values()) {
      if (to === from || cuts.has(`${from.line.name} ${to.line.name}`)) continue;
      const stamp = instant(now + LATENCY);
      schedule(stamp, 0, () => receive(to, { source: address, destination: GROUP, ttl: 255, payload }, stamp));
    }
  }

  function receive(router: Router, datagram: Parameters<typeof judge>[1], stamp: Instant): void {
    if (!router.running) return;
    if (now < router.pausedUntil) return schedule(router.pausedUntil, 0, () => receive(router, datagram, stamp));
    const { config, address } = router.line;
    const found = judge(config, datagram, {
      ownAddresses: [address],
      networks: [{ address, prefix: 24 }],
      priority: effectivePriority(config, router.state),
    });
    const { source } = datagram;
    const { name } = [...routers.values()].find((r) => r.line.address === source)?.line ?? { name: source };
    if (found.verdict === 'valid') {
      const remark = found.note ? ` (${found.detail})` : '';
      const cause = `hears ${found.priority} from ${name}${remark}`;
      give(router, { type: 'advert', at: stamp, source, priority: found.priority }, cause);
    } else {
      const cause = `discards ${found.priority} from ${name}: ${found.detail}`;
      if (!found.claim) transcript.line(now, router.line.name, cause);
      else give(router, { type: 'claim', at: stamp, source, priority: found.priority ?? 0 }, cause);
    }
  }

  function runTracker(router: Router, index: number, event: ScriptTrackerEvent): void {
    const script = router.scripts[index];
    if (!script || !router.running) return;
    const result = stepScriptTracker(script.tracked.config, script.state, event);
    script.state = result.state;
    for (const effect of result.effects) performTracker(router, index, effect);
  }

  function performTracker(router: Router, index: number, effect: ScriptTrackerEffect): void {
    const script = router.scripts[index];
    if (!script) return;
    if (effect.type === 'set-timer') {
      schedule(effect.deadline, 1, () => runTracker(router, index, { type: 'timer', at: now }));
    } else if (effect.type === 'run-script') {
      const end = { kind: 'exited', code: script.succeeds ? 0 : 1 } as const;
      schedule(now + SCRIPT_TAKES, 0, () => runTracker(router, index, { type: 'result', at: now, end }));
    } else if (effect.type === 'changed') {
      const source = `script ${script.tracked.config.name}`;
      const influence = influenceOf({ weight: script.tracked.weight, reverse: false }, effect.ok);
      if (influence.kind === 'priority-term') {
        give(router, { type: 'priority-term', at: now, source, value: influence.value });
      } else if (influence.failed) give(router, { type: 'fault', at: now, source, reason: effect.reason });
      else give(router, { type: 'fault-cleared', at: now, source });
    }
  }

  function start(router: Router): void {
    router.state = initialState(router.line.config, now);
    router.running = true;
    give(router, { type: 'primary-address', at: now, address: router.line.address });
    for (const script of router.scripts) {
      script.state = initialScriptTracker(script.tracked.config);
      const source = `script ${script.tracked.config.name}`;
      if (script.tracked.weight !== 0) continue;
      give(router, { type: 'fault', at: now, source, reason: `${source} has not answered yet` });
    }
    give(router, { type: 'startup', at: now });
    for (const [index] of router.scripts.entries()) runTracker(router, index, { type: 'start', at: now });
  }

  /** SIGKILL and power off: nothing is said, the addresses are gone with the machine. */
  function crash(router: Router): void {
    transcript.line(now, router.line.name, 'crashes');
    router.running = false;
    router.held = false;
    router.alarms.clear();
    showHolders();
  }

  function act({ verb, words, line }: Act): void {
    const [first, second, third] = words;
    const at = now;
    if (verb === 'start') for (const name of words) start(find(name));
    else if (verb === 'stop') {
      give(find(first), { type: 'shutdown', at });
      find(first).running = false;
    } else if (verb === 'crash') crash(find(first));
    else if (verb === 'push') give(find(first), { type: 'push', at, id: `op${++operations}` });
    else if (verb === 'take-over') {
      give(find(first), { type: 'take-over', at, id: `op${++operations}`, pinned: second === 'pinned' });
    } else if (verb === 'admin') {
      give(find(first), { type: 'admin', at, mode: second as AdminMode, holdPreempt: third === 'hold' });
    } else if (verb === 'script') {
      for (const script of find(first).scripts) script.succeeds = second === 'succeeds';
      transcript.line(now, find(first).line.name, `the script ${second} from now on`);
    } else if (verb === 'remove') {
      find(first).held = false;
      showHolders();
      give(find(first), { type: 'address-removed', at, address: ip(second ?? '') });
    } else if (verb === 'pause') {
      find(first).pausedUntil = now + Number.parseFloat(second ?? '') * 1000;
      transcript.line(now, find(first).line.name, `stands still for ${second}`);
    } else if (verb === 'cut' || verb === 'heal') {
      // `cut A B`: B does not hear A any more.
      if (verb === 'cut') cuts.add(`${first} ${second}`);
      else cuts.delete(`${first} ${second}`);
      transcript.line(now, '', `${second} ${verb === 'cut' ? 'does not hear' : 'hears'} ${first}`);
    } else if (verb === 'why') {
      const router = find(first);
      transcript.line(now, router.line.name, describeWhy(router.line.config, router.state, now));
    } else throw new Error(`no such verb: ${line}`);
  }

  showHolders();
  for (const each of scenario.acts) schedule(each.at, 2, () => act(each));
  for (let turns = 0; ; turns++) {
    queue.sort((a, b) => a.at - b.at || a.rank - b.rank || a.seq - b.seq);
    const next = queue.shift();
    if (!next || next.at > scenario.end) return transcript.text();
    if (turns > 100_000) throw new Error(`a storm: more than ${turns} turns at ${next.at} ms`);
    now = instant(next.at);
    next.run();
  }
}

function offline(line: RouterLine): Router {
  return {
    line,
    state: initialState(line.config, instant(0)),
    running: false,
    held: false,
    alarms: new Map(),
    scripts: line.scripts.map((tracked) => ({
      tracked,
      state: initialScriptTracker(tracked.config),
      succeeds: true,
    })),
    pausedUntil: 0,
  };
}
