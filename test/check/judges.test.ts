/** The judges beyond TCP and HTTP's status: one packet, SMTP, scripts, files; regex and weight. */
import { describe, expect, test } from 'vitest';
import { milliseconds, seconds } from '../../src/base/time.ts';
import { judgeHttp } from '../../src/check/judge-http.ts';
import { judgeFile, judgeScript } from '../../src/check/judge-local.ts';
import { judgeDns, judgePing, judgeUdp } from '../../src/check/judge-packet.ts';
import type { HttpProbeResult } from '../../src/check/probe.ts';
import { judgeSmtp, smtpDialogue } from '../../src/check/smtp.ts';
import { converse, fileCheck, http, httpCheck, scriptCheck, url } from './settings.ts';

const limit = { timeout: seconds(3) };
const took = milliseconds(12);
const brief = ({ good, reason }: { good: boolean; reason: string }): string => `${good ? 'good' : 'bad'}: ${reason}`;

test('PING_CHECK wants its echo', () => {
  expect(brief(judgePing(limit, { kind: 'echoed', took }))).toBe('good: echo reply, 12 ms');
  expect(brief(judgePing(limit, { kind: 'timeout' }))).toBe('bad: no answer within 3 s');
});

describe('UDP_CHECK', () => {
  const bytes = Uint8Array.of(0x12, 0x34);
  test('without require_reply only a closed port is bad', () => {
    expect(brief(judgeUdp(undefined, limit, { kind: 'silence' }))).toBe('good: port not closed, silence for 3 s');
    expect(brief(judgeUdp(undefined, limit, { kind: 'reply', bytes, took }))).toBe('good: reply of 2 bytes, 12 ms');
    expect(brief(judgeUdp(undefined, limit, { kind: 'refused' }))).toBe('bad: port unreachable');
  });
  test('a required reply is looked at: length, and every half byte that is not left open', () => {
    const reply = (text: string, minLength = 0, maxLength = 255) => ({
      bytes: (text.match(/../g) ?? []).map((pair) => ({
        value: Number.parseInt(pair.replaceAll('x', '0'), 16),
        mask: Number.parseInt(pair.replace(/[^x]/g, 'f').replaceAll('x', '0'), 16),
      })),
      minLength,
      maxLength,
    });
    const judged = (wanted: ReturnType<typeof reply>) => brief(judgeUdp(wanted, limit, { kind: 'reply', bytes, took }));
    expect(judged(reply('1234'))).toBe('good: reply of 2 bytes, 12 ms');
    expect(judged(reply('x2xx'))).toBe('good: reply of 2 bytes, 12 ms');
    expect(judged(reply('123499'))).toBe('good: reply of 2 bytes, 12 ms');
    expect(judged(reply('1x35'))).toBe('bad: reply has 34 at byte 1, expected 35, 12 ms');
    expect(judged(reply('', 3))).toBe('bad: reply of 2 bytes, expected 3–255, 12 ms');
    expect(judged(reply('', 0, 1))).toBe('bad: reply of 2 bytes, expected 0–1, 12 ms');
    expect(brief(judgeUdp(reply(''), limit, { kind: 'silence' }))).toBe('bad: no reply: silence for 3 s');
  });
});

test('DNS_CHECK wants rcode 0', () => {
  expect(brief(judgeDns('.', limit, { kind: 'answer', rcode: 0, took }))).toBe('good: DNS NOERROR for ., 12 ms');
  expect(brief(judgeDns('x.org', limit, { kind: 'answer', rcode: 2, took }))).toBe(
    'bad: DNS SERVFAIL for x.org, 12 ms',
  );
  expect(brief(judgeDns('.', limit, { kind: 'answer', rcode: 9, took }))).toBe('bad: DNS rcode 9 for ., 12 ms');
  expect(brief(judgeDns('.', limit, { kind: 'timeout' }))).toBe('bad: no answer within 3 s');
});

describe('SMTP_CHECK', () => {
  const say = (...lines: string[]) => {
    const dialogue = smtpDialogue('me');
    return lines.map((line) => dialogue.heard(line));
  };
  test('greeting, HELO, QUIT; replies of several lines', () => {
    expect(say('220-mail', '220 ready', '250-mail', '250 fine', '221 bye')).toEqual([
      { kind: 'wait' },
      { kind: 'send', text: 'HELO me\r\n' },
      { kind: 'wait' },
      { kind: 'send', text: 'QUIT\r\n' },
      { kind: 'greeted' },
    ]);
  });
  test('one that does not want us', () => {
    expect(say('421 busy')).toEqual([{ kind: 'unwelcome', at: 'connect', line: '421 busy' }]);
    expect(say('220 a', '550 no')[1]).toEqual({ kind: 'unwelcome', at: 'HELO', line: '550 no' });
    const unwelcome = { kind: 'unwelcome', at: 'HELO', line: '550 no' } as const;
    expect(brief(judgeSmtp(limit, unwelcome))).toBe('bad: SMTP answer to HELO: 550 no');
  });
  test('one that speaks something else, or without end', () => {
    expect(say('SSH-2.0')[0]).toEqual({ kind: 'malformed', detail: 'it says "SSH-2.0"' });
    expect(say(...Array.from({ length: 101 }, () => '220-x')).at(-1)).toMatchObject({ kind: 'malformed' });
  });
});

describe('MISC_CHECK', () => {
  const judged = (code: number, dynamic = false) =>
    judgeScript(scriptCheck({ dynamic }), { kind: 'exited', code, output: 'said\nmore', took });
  test('0 is good, anything else is bad', () => {
    expect(brief(judged(0))).toBe('good: /bin/check exited with 0 (said), 12 ms');
    expect(brief(judged(1))).toBe('bad: /bin/check exited with 1 (said), 12 ms');
    expect(brief(judged(7))).toBe('bad: /bin/check exited with 7 (said), 12 ms');
  });
  test('misc_dynamic: codes from 2 are the weight and 2', () => {
    expect(judged(0, true)).toMatchObject({ good: true });
    expect(judged(0, true).weight).toBeUndefined();
    expect(judged(1, true)).toMatchObject({ good: false });
    expect(judged(2, true)).toMatchObject({ good: true, weight: { kind: 'set', value: 0 } });
    expect(judged(255, true)).toMatchObject({ good: true, weight: { kind: 'set', value: 253 } });
  });
  test('one that hangs, dies or does not start', () => {
    const bad = (result: Parameters<typeof judgeScript>[1]) => brief(judgeScript(scriptCheck(), result));
    expect(bad({ kind: 'timed-out' })).toBe('bad: /bin/check did not end within 5 s');
    expect(bad({ kind: 'killed', signal: 'SIGSEGV' })).toBe('bad: /bin/check was ended by SIGSEGV');
    expect(bad({ kind: 'not-started', detail: 'ENOENT' })).toBe('bad: /bin/check could not be run: ENOENT');
  });
});

describe('FILE_CHECK', () => {
  const judged = (text: string, settings: Parameters<typeof fileCheck>[0]) =>
    judgeFile(fileCheck(settings), { kind: 'text', text });
  test('weight 0: any number but 0 takes the server out; reverse: 0 does', () => {
    expect(judged('0\n', { weight: 0 }).good).toBe(true);
    expect(judged('3\n', { weight: 0 }).good).toBe(false);
    expect(judged('0', { weight: 0, reverse: true }).good).toBe(false);
    expect(judged('3', { weight: 0, reverse: true }).good).toBe(true);
  });
  test('otherwise number × weight is added', () => {
    expect(judged('3', { weight: 2 })).toMatchObject({ good: true, weight: { kind: 'add', value: 6 } });
    expect(judged(' -3', { weight: 2, reverse: true })).toMatchObject({ weight: { kind: 'add', value: 6 } });
    expect(judged('-2147483648', { weight: 1 })).toMatchObject({ good: false });
  });
  test('what is no number counts as 0, and is said', () => {
    expect(brief(judged('up', { weight: 1 }))).toBe('good: /run/n says 0: weight +0');
    expect(brief(judgeFile(fileCheck({}), { kind: 'unreadable', detail: 'ENOENT' }))).toBe(
      'good: /run/n: ENOENT, taken as 0: weight +0',
    );
  });
});

describe('regex', () => {
  const regex = { source: 'x', flags: '', unwanted: false, minOffset: 0, maxOffset: undefined };
  const judged = (match: 'found' | 'absent' | 'too-long', unwanted = false) => {
    const result = { ...http(200), match } as HttpProbeResult;
    return brief(judgeHttp(url('/ping', { regex: { ...regex, unwanted } }), limit, result));
  };
  test('wanted and unwanted; what takes too long is bad either way', () => {
    expect(judged('found')).toBe('good: HTTP 200 at /ping, 12 ms');
    expect(judged('absent')).toBe('bad: regex does not match at /ping, 12 ms');
    expect(judged('absent', true)).toBe('good: HTTP 200 at /ping, 12 ms');
    expect(judged('found', true)).toBe('bad: regex matches, and must not, at /ping, 12 ms');
    expect(judged('too-long')).toBe('bad: regex at /ping takes too long to match, 12 ms');
    expect(judged('too-long', true)).toBe('bad: regex at /ping takes too long to match, 12 ms');
  });
});

describe('in the life of a checker', () => {
  const exit = (code: number) => ({ kind: 'exited', code, output: '', took }) as const;
  test('a new weight is told of; it outlives a failure that is forgiven, and no other', () => {
    const { lines, state } = converse(scriptCheck({ dynamic: true, retry: 1 }), [
      exit(12),
      exit(12),
      exit(22),
      exit(1),
    ]);
    expect(lines.filter((line) => /UP|DOWN|WEIGHT/.test(line))).toEqual([
      '1 UP (/bin/check exited with 12: weight 10, 12 ms)',
      '13 WEIGHT (/bin/check exited with 22: weight 20, 12 ms)',
    ]);
    expect(state).toMatchObject({ up: true, weight: { value: 20 } });
    const down = converse(scriptCheck({ dynamic: true }), [exit(12), exit(1)]);
    expect(down.state).toMatchObject({ up: false, weight: undefined });
  });

  test('a file is looked at at once', () => {
    expect(converse(fileCheck({}), [{ kind: 'text', text: '1' }]).lines).toEqual([
      '0 timer 0',
      '0 file',
      '0 UP (/run/n says 1: weight +1)',
      '0 timer 1',
    ]);
  });

  test('fast_recovery waits neither in the first round nor in the one after a failure', () => {
    const config = httpCheck({ urls: [url('/a'), url('/b')], fastRecovery: true, retry: 0 });
    const answers = [http(200), http(200), http(503), http(200), http(200), http(200)];
    expect(converse(config, answers).lines.filter((line) => /GET|UP|DOWN/.test(line))).toEqual([
      '1 GET /a',
      '1 GET /b',
      '1 UP (HTTP 200 at /b, 12 ms)',
      '7 GET /a',
      '7 DOWN (HTTP 503 at /a, 12 ms)',
      '13 GET /a',
      '13 GET /a',
      '13 GET /b',
      '13 UP (HTTP 200 at /b, 12 ms)',
    ]);
  });
});
