import { describe, expect, test } from 'vitest';
import { milliseconds, seconds } from '../../src/base/time.ts';
import { formatDuration } from '../../src/check/judge.ts';
import { judgeHttp } from '../../src/check/judge-http.ts';
import { judgeTcp } from '../../src/check/judge-tcp.ts';
import type { HttpProbeResult, ProbeFailure } from '../../src/check/probe.ts';
import { http, url } from './settings.ts';

const target = { timeout: seconds(3) };
const judged = (settings: Parameters<typeof url>[1], result = http(200) as HttpProbeResult) =>
  judgeHttp(url('/ping', settings), target, result);

describe('failures, in words', () => {
  const words: [ProbeFailure, string][] = [
    [{ kind: 'refused' }, 'connection refused'],
    [{ kind: 'unreachable' }, 'host or network unreachable'],
    [{ kind: 'reset' }, 'connection reset'],
    [{ kind: 'timeout' }, 'no answer within 3 s'],
    [{ kind: 'malformed', detail: 'closed without a word' }, 'not an HTTP answer: closed without a word'],
    [{ kind: 'error', detail: 'EACCES' }, 'cannot connect: EACCES'],
    [{ kind: 'not-asked', detail: 'no file descriptors' }, 'could not ask: no file descriptors'],
  ];
  test.each(words)('%o', (failure, reason) => {
    const expected = { good: false, reason, took: undefined };
    expect(judgeTcp(target, failure)).toEqual(expected);
    expect(judged({}, failure)).toEqual(expected);
  });
});

test('a TCP connection is all that TCP_CHECK asks for', () => {
  const took = milliseconds(0.42);
  expect(judgeTcp(target, { kind: 'connected', took })).toEqual({ good: true, reason: 'connected, 0.4 ms', took });
});

describe('status', () => {
  test.each([
    [199, false],
    [200, true],
    [299, true],
    [300, false],
  ])('by default %i is good: %s', (status, good) => {
    expect(judged({}, http(status) as HttpProbeResult).good).toBe(good);
  });

  test('configured ranges replace the default, ends included', () => {
    const statusCodes = [
      { from: 301, to: 303 },
      { from: 404, to: 404 },
    ];
    const good = [200, 300, 301, 303, 304, 403, 404].filter(
      (status) => judged({ statusCodes }, http(status) as HttpProbeResult).good,
    );
    expect(good).toEqual([301, 303, 404]);
    expect(judged({ statusCodes }).reason).toBe('HTTP 200 at /ping (expected 301–303, 404), 12 ms');
  });

  test('the reason says code, path and time', () => {
    expect(judged({}).reason).toBe('HTTP 200 at /ping, 12 ms');
    expect(judged({}, http(503) as HttpProbeResult)).toEqual({
      good: false,
      reason: 'HTTP 503 at /ping, 12 ms',
      took: 12,
    });
  });
});

describe('digest', () => {
  const hello = '5d41402abc4b2a76b9719d911017c592';
  const result = http(200, hello) as HttpProbeResult;

  test('of the body, upper or lower case', () => {
    expect(judged({ digest: hello }, result).good).toBe(true);
    expect(judged({ digest: hello.toUpperCase() }, result).good).toBe(true);
  });

  test('another body is named with what it should have been', () => {
    const digest = 'd41d8cd98f00b204e9800998ecf8427e';
    expect(judged({ digest }, result)).toEqual({
      good: false,
      reason: `digest ${hello} at /ping, expected ${digest}, 12 ms`,
      took: 12,
    });
  });

  test('does not excuse a bad status', () => {
    expect(judged({ digest: hello }, http(500, hello) as HttpProbeResult).reason).toBe('HTTP 500 at /ping, 12 ms');
  });
});

test('a body that ends early is judged by what came, and said', () => {
  const cut = { ...(http(200) as Extract<HttpProbeResult, { kind: 'response' }>), shortBy: 7 };
  expect(judged({}, cut)).toMatchObject({
    good: true,
    reason: 'HTTP 200 at /ping, closed 7 bytes before the end of the body, 12 ms',
  });
});

test.each([
  [0.04, '0 ms'],
  [0.44, '0.4 ms'],
  [9.99, '10 ms'],
  [12.4, '12 ms'],
  [999.7, '1 s'],
  [2500, '2.5 s'],
  [3000, '3 s'],
])('%d ms is written %s', (ms, text) => {
  expect(formatDuration(milliseconds(ms))).toBe(text);
});
