/** The way to a peer, with real processes in ssh's place: how it ends, and what the reason is. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { commandOf, peerDoor } from '../../src/daemon/peer-door.ts';
import { poll } from '../poll.ts';

const node = (program: string) =>
  ({ name: 'n2', reach: { kind: 'command', argv: [process.execPath, '-e', program] } }) as const;

/** An engine on standard streams that answers everything with `{host: "there"}`; `first` is said before that. */
const engine = (first = ''): string => `
${first}
let text = '';
process.stdin.on('data', (chunk) => {
  text += chunk;
  for (let m; (m = /^Content-Length: (\\d+)\\r\\n\\r\\n/.exec(text)) && text.length >= m[0].length + +m[1]; ) {
    const { id } = JSON.parse(text.slice(m[0].length, m[0].length + +m[1]));
    text = text.slice(m[0].length + +m[1]);
    const body = JSON.stringify({ jsonrpc: '2.0', id, result: { host: 'there', version: '9', pid: process.pid } });
    process.stdout.write('Content-Length: ' + body.length + '\\r\\n\\r\\n' + body);
  }
});`;

function open(program: string) {
  const reasons: string[] = [];
  const session = peerDoor(node(program), '1').open((reason) => reasons.push(reason));
  return { session, reasons };
}

describe('a way to a peer', () => {
  test('leads to its engine, and closing it ends the process without a word', async () => {
    const { session, reasons } = open(engine());
    const answer = (await session.snapshot()) as unknown as { host: string; pid: number };
    expect(answer.host).toBe('there');
    session.close();
    const lives = (): boolean => {
      try {
        return process.kill(answer.pid, 0);
      } catch {
        return false;
      }
    };
    await poll(lives, { timeout: 15_000 }).toBe(false);
    expect(reasons).toEqual([]);
  });

  test.each<[string, string, string | RegExp]>([
    [
      'says the last line of what ssh complained of',
      "console.error('Warning: added\\nroot@n2: Permission denied (publickey).'); process.exit(255)",
      'root@n2: Permission denied (publickey).',
    ],
    [
      'says the last line also where the lines come one by one',
      "console.error('Warning: added'); setTimeout(() => { console.error('Permission denied'); process.exit(255); }, 200)",
      'Permission denied',
    ],
    ['says how it ended where there is no complaint', 'process.exit(7)', /ended \(7\)$/],
    ['names a greeting that is in the way', engine("console.log('Welcome!')"), 'this is no hatop: "Welcome!"'],
    ['keeps a long complaint short', "console.error('x'.repeat(1e6)); process.exit(1)", 'x'.repeat(200)],
    ['leaves no escape sequence in it', "console.error('\\x1b[31mred'); process.exit(1)", '[31mred'],
  ])('that fails %s', async (_, program, reason) => {
    const { session, reasons } = open(program);
    await expect(session.snapshot()).rejects.toMatchObject({ exitCode: 3 });
    await poll(() => reasons.length, { timeout: 15_000 }).toBe(1);
    expect(reasons[0]).toEqual(typeof reason === 'string' ? reason : expect.stringMatching(reason));
    await sleep(20);
    expect(reasons).toHaveLength(1);
  });

  test('whose program is not there says so', async () => {
    const reasons: string[] = [];
    peerDoor({ name: 'n2', reach: { kind: 'command', argv: ['/nowhere/ssh'] } }, '1').open((r) => reasons.push(r));
    await poll(() => reasons, { timeout: 15_000 }).toEqual([
      expect.stringMatching(/^cannot run \/nowhere\/ssh: .*ENOENT/),
    ]);
  });
});

test('ssh is asked to ask nobody, to notice a host that is gone, and for nothing but the relay', () => {
  expect(commandOf({ kind: 'ssh', host: 'root@n2', socket: "/run/it's.sock" })).toEqual([
    ...'ssh -T -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=5 -o ServerAliveCountMax=3 -o ControlPath=none --'.split(
      ' ',
    ),
    'root@n2',
    "hatop relay --socket '/run/it'\\''s.sock'",
  ]);
  expect(commandOf({ kind: 'ssh', host: 'n2', socket: undefined }).at(-1)).toBe('hatop relay');
});
