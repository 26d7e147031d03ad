/** `peer NAME { … }`: what it says, and the exact complaint about what it cannot say. */
import { expect, test } from 'vitest';
import { ok } from '../../src/base/result.ts';
import { renderDiagnostic } from '../../src/conf/diagnostic.ts';
import { loadHatopConf } from '../../src/conf/hatop-conf.ts';

const load = (text: string) => loadHatopConf('hatop.conf', () => ok(text));

test('peers, by ssh and by a command, in the order of the file', () => {
  const { settings, diagnostics } = load(`
data_plane auto
peer n2 {
    ssh root@10.0.0.2 # the system's ssh
}
peer n3 {
    ssh root@n3.example
    socket /run/other.sock
}
peer lab {
    command ip netns exec c hatop relay --socket "/tmp/a b.sock"
}
`);
  expect(diagnostics).toEqual([]);
  expect(settings.peers).toMatchObject([
    { name: 'n2', reach: { kind: 'ssh', host: 'root@10.0.0.2', socket: undefined }, span: { line: 3 } },
    { name: 'n3', reach: { kind: 'ssh', host: 'root@n3.example', socket: '/run/other.sock' } },
    {
      name: 'lab',
      reach: { kind: 'command', argv: ['ip', 'netns', 'exec', 'c', 'hatop', 'relay', '--socket', '/tmp/a b.sock'] },
    },
  ]);
  expect(load('').settings.peers).toEqual([]);
});

test.each<[string, string, RegExp]>([
  ['no name', 'peer {\n}', /`peer` needs a name/],
  ['two names', 'peer a b {\n ssh h\n}', /`peer` takes one name/],
  ['a name that is none', 'peer ../x {\n ssh h\n}', /`\.\.\/x` is no name for a peer/],
  ['no block', 'peer a', /`peer` needs a block/],
  ['nothing in it', 'peer a {\n}', /:1:1: error: peer a cannot be reached[\s\S]*say ssh USER@HOST/],
  ['both ways', 'peer a {\n ssh h\n command x\n}', /:3:2: error: .*not by both/],
  ['an option in place of a host', 'peer a {\n ssh -oProxyCommand=x\n}', /`-oProxyCommand=x` is no host for ssh/],
  ['two hosts', 'peer a {\n ssh h i\n}', /`ssh` takes one USER@HOST/],
  ['no host', 'peer a {\n ssh\n}', /`ssh` needs a value/],
  ['a word that nobody knows', 'peer a {\n shs h\n}', /unknown keyword `shs`[\s\S]*did you mean `ssh`\?/],
  ['a word twice', 'peer a {\n ssh h\n ssh i\n}', /:3:2: error: `ssh` is said twice[\s\S]*first at hatop\.conf:2/],
  ['a block in it', 'peer a {\n ssh h {\n }\n}', /`ssh` takes no block/],
  ['a socket that is no path', 'peer a {\n ssh h\n socket x\n}', /`socket` takes one absolute path/],
  ['a socket with a command', 'peer a {\n command c\n socket /x\n}', /`socket` goes with `ssh`/],
  ['the same peer twice', 'peer a {\n ssh h\n}\npeer a {\n ssh i\n}', /:4:1: error: peer a is said twice[\s\S]*:1/],
])('%s is an error', (_, text, words) => {
  const { diagnostics, sources } = load(text);
  expect(diagnostics.map((one) => renderDiagnostic(one, sources.get(one.span.file)))).toEqual([
    expect.stringMatching(words),
  ]);
});
