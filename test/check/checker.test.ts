import fc from 'fast-check';
import { expect, describe as group, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { instant, seconds } from '../../src/base/time.ts';
import { initialState, step } from '../../src/check/checker.ts';
import { connected, converse, http, httpCheck, refused, tcpCheck, url } from './settings.ts';

const at = instant;

group('schedule', () => {
  test('the first check comes 1 s + random × warmup after the start', () => {
    const config = tcpCheck({ warmup: seconds(6) });
    for (const [random, deadline] of [
      [0, 101_000],
      [0.5, 104_000],
      [1, 107_000],
    ] as const) {
      const started = step(config, initialState(config), { type: 'start', at: at(100_000), random });
      expect(started.effects).toEqual([{ type: 'set-timer', deadline }]);
      expect(started.state.nextRun).toBe(deadline);
    }
  });

  test('the next check comes delay_loop after the result, not after the question', () => {
    expect(converse(tcpCheck(), [connected, connected], 500).lines).toEqual([
      '0 timer 1',
      '1 connect 10.0.0.21:80',
      '1.5 UP (connected, 0.4 ms)',
      '1.5 timer 7.5',
      '7.5 connect 10.0.0.21:80',
      '8 timer 14',
    ]);
  });

  test('delay_loop 6, retry 3, delay_before_retry 3: down 9 s after the first failure, and asked every 6 s from then', () => {
    const { lines } = converse(tcpCheck(), [
      connected,
      refused,
      refused,
      refused,
      refused,
      refused,
      connected,
      refused,
    ]);
    expect(lines).toEqual([
      '0 timer 1',
      '1 connect 10.0.0.21:80',
      '1 UP (connected, 0.4 ms)',
      '1 timer 7',
      '7 connect 10.0.0.21:80',
      '7 timer 10',
      '10 connect 10.0.0.21:80',
      '10 timer 13',
      '13 connect 10.0.0.21:80',
      '13 timer 16',
      '16 connect 10.0.0.21:80',
      '16 DOWN (connection refused)',
      '16 timer 22',
      '22 connect 10.0.0.21:80',
      '22 timer 28',
      '28 connect 10.0.0.21:80',
      '28 UP (connected, 0.4 ms)',
      '28 timer 34',
      '34 connect 10.0.0.21:80',
      '34 timer 37',
    ]);
  });

  test('a server that hangs is down no later than delay_loop + retry × delay_before_retry + (retry + 1) × timeout', () => {
    const timeout = { kind: 'timeout' } as const;
    const { lines } = converse(tcpCheck(), [connected, timeout, timeout, timeout, timeout], 3000);
    // The server stops answering just after the good result at 4.
    expect(lines.find((line) => line.includes('DOWN'))).toBe(`${4 + 6 + 3 * 3 + 4 * 3} DOWN (no answer within 3 s)`);
  });

  test('a good answer among the retries gives all of them back', () => {
    const { lines, state } = converse(tcpCheck({ retry: 1 }), [connected, refused, connected, refused]);
    expect(lines.filter((line) => line.includes('DOWN'))).toEqual([]);
    expect(lines.at(-1)).toBe('16 timer 19');
    expect(state.retriesLeft).toBe(0);
  });

  test('retry 0: the first failure is the last', () => {
    expect(converse(tcpCheck({ retry: 0 }), [connected, refused]).lines.at(-2)).toBe('7 DOWN (connection refused)');
  });

  test('a server that never passed gets no retries', () => {
    expect(converse(tcpCheck(), [refused, refused]).lines).toEqual([
      '0 timer 1',
      '1 connect 10.0.0.21:80',
      '1 DOWN (connection refused)',
      '1 timer 7',
      '7 connect 10.0.0.21:80',
      '7 timer 13',
    ]);
  });

  test('a web server that is down is left alone for the longer of delay_loop and delay_before_retry', () => {
    const settings = { delayLoop: seconds(2), delayBeforeRetry: seconds(5) };
    expect(converse(httpCheck(settings), [http(500)]).lines.at(-1)).toBe('1 timer 6');
    expect(converse(tcpCheck(settings), [refused]).lines.at(-1)).toBe('1 timer 3');
  });
});

test('what this machine could not ask is not held against the server', () => {
  const unasked = { kind: 'not-asked', detail: 'EMFILE' } as const;
  const { lines, state } = converse(tcpCheck({ retry: 1 }), [connected, refused, unasked, unasked, refused]);
  expect(lines.slice(-6)).toEqual([
    '10 timer 16',
    '16 connect 10.0.0.21:80',
    '16 timer 22',
    '22 connect 10.0.0.21:80',
    '22 DOWN (connection refused)',
    '22 timer 28',
  ]);
  expect(state.up).toBe(false);
  expect(converse(tcpCheck(), [unasked]).state).toMatchObject({ up: true, decided: false });
});

group('presumption', () => {
  test('up until proven down; with alpha down until proven up', () => {
    expect(initialState(tcpCheck())).toMatchObject({ up: true, decided: false });
    expect(initialState(tcpCheck({ alpha: true }))).toMatchObject({ up: false, decided: false });
  });

  test('alpha: one good check brings it up; a failed one is a decision too', () => {
    expect(converse(tcpCheck({ alpha: true }), [connected]).lines).toContain('1 UP (connected, 0.4 ms)');
    expect(converse(tcpCheck({ alpha: true }), [refused]).lines).toContain('1 DOWN (connection refused)');
  });
});

group('several urls', () => {
  const three = httpCheck({ urls: [url('/a'), url('/b'), url('/c')], retry: 2, delayLoop: seconds(2) });

  test('one a turn; up when all have passed', () => {
    expect(converse(three, [http(200), http(200), http(200), http(200)]).lines).toEqual([
      '0 timer 1',
      '1 GET /a',
      '1 timer 3',
      '3 GET /b',
      '3 timer 5',
      '5 GET /c',
      '5 UP (HTTP 200 at /c, 12 ms)',
      '5 timer 7',
      '7 GET /a',
      '7 timer 9',
    ]);
  });

  // As keepalived 2.2.7 was seen to do (then with delay_before_retry 1 s).
  test('the one that failed is asked alone, then all from the first', () => {
    const good = http(200);
    const bad = http(503);
    const config = { ...three, delayBeforeRetry: seconds(1) };
    const { lines } = converse(config, [good, good, good, good, bad, bad, bad, bad, good, good, good, good]);
    expect(lines.slice(lines.indexOf('9 GET /b'))).toEqual([
      '9 GET /b',
      '9 timer 10',
      '10 GET /b',
      '10 timer 11',
      '11 GET /b',
      '11 DOWN (HTTP 503 at /b, 12 ms)',
      '11 timer 13',
      '13 GET /b',
      '13 timer 15',
      '15 GET /b',
      '15 timer 17',
      '17 GET /a',
      '17 timer 19',
      '19 GET /b',
      '19 timer 21',
      '21 GET /c',
      '21 UP (HTTP 200 at /c, 12 ms)',
      '21 timer 23',
    ]);
  });

  test('a failure in the first round needs no retries, whichever url it was', () => {
    expect(converse(three, [http(200), http(404)]).lines.at(-2)).toBe('3 DOWN (HTTP 404 at /b, 12 ms)');
  });

  test('with one url, one good answer brings the server back', () => {
    expect(converse(httpCheck(), [http(500), http(200)]).lines.at(-2)).toBe('7 UP (HTTP 200 at /ping, 12 ms)');
  });
});

group('requests', () => {
  test('carry target, bindto, timeout, path and the url’s own host before the checker’s', () => {
    const config = httpCheck({
      bindTo: ip('10.0.0.2'),
      virtualHost: 'www.example.com',
      urls: [url('/a'), url('/b', { virtualHost: 'b.example.com' })],
    });
    const target = { address: '10.0.0.21', port: 80, bindTo: '10.0.0.2', timeout: 3000 };
    const waiting = step(config, initialState(config), { type: 'start', at: at(0), random: 0 }).state;
    const asked = step(config, waiting, { type: 'timer', at: at(1000) });
    expect(asked.effects).toEqual([
      { type: 'probe', request: { kind: 'http', ...target, path: '/a', virtualHost: 'www.example.com' } },
    ]);
    const second = step(config, { ...waiting, passed: 1 }, { type: 'timer', at: at(1000) });
    expect(second.effects).toMatchObject([{ request: { path: '/b', virtualHost: 'b.example.com' } }]);
  });
});

group('memory', () => {
  test('last result, next run, retries left, consecutive good', () => {
    const { state } = converse(httpCheck(), [http(200), http(200), http(503)]);
    expect(state).toEqual({
      phase: 'waiting',
      up: true,
      decided: true,
      nextRun: 16_000,
      retriesLeft: 2,
      consecutiveGood: 0,
      passed: 0,
      failedUrl: 0,
      last: { at: 13_000, good: false, reason: 'HTTP 503 at /ping, 12 ms', took: 12 },
    });
    expect(converse(httpCheck(), [http(503), http(200), http(200)]).state.consecutiveGood).toBe(2);
  });
});

group('stop, start and what comes late', () => {
  const config = tcpCheck();
  const waiting = step(config, initialState(config), { type: 'start', at: at(0), random: 0 }).state;
  const probing = step(config, waiting, { type: 'timer', at: at(1000) }).state;

  test('stop ends the timer or the probe, whichever there is', () => {
    expect(step(config, waiting, { type: 'stop', at: at(5) }).effects).toEqual([{ type: 'stop-timer' }]);
    expect(step(config, probing, { type: 'stop', at: at(5) }).effects).toEqual([{ type: 'cancel-probe' }]);
    const stopped = step(config, probing, { type: 'stop', at: at(5) }).state;
    expect(stopped).toMatchObject({ phase: 'stopped', nextRun: undefined });
    expect(step(config, stopped, { type: 'stop', at: at(6) }).effects).toEqual([]);
  });

  test('a result or a timer after the stop changes nothing', () => {
    const { state } = step(config, probing, { type: 'stop', at: at(1001) });
    expect(step(config, state, { type: 'probe-result', at: at(1002), result: refused })).toEqual({
      state,
      effects: [],
    });
    expect(step(config, state, { type: 'timer', at: at(1002) })).toEqual({ state, effects: [] });
  });

  test('a second start and a timer during a probe change nothing', () => {
    expect(step(config, waiting, { type: 'start', at: at(9), random: 1 })).toEqual({ state: waiting, effects: [] });
    expect(step(config, probing, { type: 'timer', at: at(9) })).toEqual({ state: probing, effects: [] });
  });

  test('a timer that rings early is set again', () => {
    const early = step(config, waiting, { type: 'timer', at: at(999) });
    expect(early).toEqual({ state: waiting, effects: [{ type: 'set-timer', deadline: 1000 }] });
  });

  test('a checker that starts again keeps its verdict and begins a new round', () => {
    const down = converse(httpCheck(), [http(500)]).state;
    const stopped = step(httpCheck(), down, { type: 'stop', at: at(2000) }).state;
    const again = step(httpCheck(), stopped, { type: 'start', at: at(50_000), random: 0 });
    expect(again.state).toMatchObject({ up: false, decided: true, passed: 0, failedUrl: undefined, nextRun: 51_000 });
  });
});

test('whatever the answers: down only after retry + 1 failures in a row, up only after a whole round', () => {
  const urls = ['/a', '/b', '/c'].map((path) => url(path));
  fc.assert(
    fc.property(
      fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 0, max: 4 }),
      fc.integer({ min: 0, max: 3 }),
      fc.boolean(),
      (answers, retry, count, alpha) => {
        const config =
          count === 0 ? tcpCheck({ retry, alpha }) : httpCheck({ retry, alpha, urls: urls.slice(0, count) });
        const good = count === 0 ? connected : http(200);
        const verdicts = (n: number) =>
          converse(
            config,
            answers.slice(0, n).map((answer) => (answer ? good : refused)),
          ).lines.filter((line) => /UP|DOWN/.test(line));
        let everUp = false;
        for (let n = 1; n <= answers.length; n++) {
          const before = n === 1 ? [] : verdicts(n - 1);
          const now = verdicts(n);
          if (now.length === before.length) continue;
          expect(now.length).toBe(before.length + 1);
          const needed = now.at(-1)?.includes('DOWN') ? (everUp ? retry + 1 : 1) : Math.max(1, count);
          const isUp = now.at(-1)?.includes('UP') ?? false;
          expect(answers.slice(n - needed, n)).toEqual(Array(needed).fill(isUp));
          everUp = isUp;
        }
      },
    ),
    { numRuns: 150 },
  );
});
