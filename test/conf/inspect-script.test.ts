import { describe, expect, test } from 'vitest';
import { type ScriptFacts, stoppingCommand } from '../../src/conf/inspect-script.ts';
import { brief, instance, load, only } from './load.ts';

const PATH = '/etc/keepalived/check.sh';
const guarded = (line: string, global = ''): string =>
  `${global}vrrp_script chk {\n    script ${line}\n}\n${instance('    track_script {\n        chk\n    }')}`;
const facts =
  (found: ScriptFacts | undefined) =>
  (path: string): ScriptFacts | undefined =>
    path === PATH ? found : undefined;

describe('a check script that stops keepalived', () => {
  test.each([
    '/etc/init.d/keepalived stop',
    '    systemctl stop keepalived',
    'if ! pidof nginx; then systemctl --no-block stop keepalived.service; fi',
    'service keepalived stop',
    'killall keepalived',
    'pkill -9 keepalived',
    'kill -TERM $(cat /run/keepalived.pid)',
    'kill `pidof keepalived`',
  ])('%s', (line) => {
    expect(stoppingCommand(`#!/bin/sh\n${line}\n`)?.line).toBe(2);
  });

  test.each([
    '# systemctl stop keepalived',
    'exit 1 # not: killall keepalived',
    'killall -0 keepalived',
    'systemctl is-active keepalived',
    'systemctl restart nginx # beside keepalived',
    'logger "keepalived: nginx is down"',
    'kill -0 $(cat /run/keepalived.pid)',
  ])('not: %s', (line) => {
    expect(stoppingCommand(line)).toBeUndefined();
  });

  test('is reported at its path, with its line and what to do instead', () => {
    const files = { [PATH]: '#!/bin/bash\nif [ "$n" = 0 ]; then\n    /etc/init.d/keepalived stop\nfi\n' };
    const diagnostic = only(load(guarded(`"${PATH}"`), {}, files));
    expect(diagnostic).toMatchObject({
      code: 'script-stops-keepalived',
      severity: 'warning',
      message: `the check script stops keepalived itself (${PATH}, line 3: \`/etc/init.d/keepalived stop\`)`,
      span: { line: 2, column: 12 },
    });
    expect(diagnostic.hint).toContain('return 1 instead');
    expect(only(load(guarded(`"/bin/sh ${PATH}"`), {}, files)).code).toBe('script-stops-keepalived');
    expect(only(load(guarded(`"/bin/sh -c 'pidof nginx || systemctl stop keepalived'"`))).code).toBe(
      'script-stops-keepalived',
    );
  });
});

describe('a check script on the disk', () => {
  test('that is missing names the instance that would suffer', () => {
    const diagnostic = only(load(guarded(PATH), { statScript: facts(undefined) }));
    expect(diagnostic).toMatchObject({ code: 'script-missing', severity: 'warning', span: { line: 2, column: 12 } });
    expect(diagnostic.message).toBe(`vrrp_script \`chk\`: \`${PATH}\` does not exist`);
    expect(diagnostic.hint).toBe('it is not run, and `VI_1` goes on unguarded');
  });

  test('that is not executable', () => {
    const statScript = facts({ executable: false, writableBy: '' });
    expect(only(load(guarded(PATH), { statScript })).hint).toContain('not run');
    expect(only(load(guarded(PATH), { statScript })).message).toContain('not executable');
  });

  test('that others can change: a warning, and where the file forbids it to root, what comes of it', () => {
    const statScript = facts({ executable: true, writableBy: 'others' });
    expect(brief(load(guarded(PATH), { statScript }))).toEqual([
      `2:12 warning script-unsafe: \`${PATH}\` can be changed by others, and runs as root`,
    ]);
    const hint = (user: string): string | undefined =>
      only(load(guarded(PATH, `global_defs {\n enable_script_security\n script_user ${user}\n}\n`), { statScript }))
        .hint;
    expect(hint('root')).toContain('it is not run, and `VI_1` goes on unguarded');
    expect(hint('web')).not.toContain('not run');
  });

  test('that nothing is wrong with', () => {
    const statScript = facts({ executable: true, writableBy: '' });
    expect(load(guarded(PATH), { statScript }, { [PATH]: '#!/bin/sh\nexit 1\n' }).diagnostics).toEqual([]);
  });
});

describe('the command line of a script', () => {
  const argv = (line: string): readonly string[] | undefined => load(guarded(line)).configuration.scripts[0]?.argv;

  test('is split as a shell would', () => {
    expect(argv('/bin/check a b')).toEqual(['/bin/check', 'a', 'b']);
    expect(argv('"/bin/check a b"')).toEqual(['/bin/check', 'a', 'b']);
    expect(argv(`"/bin/sh -c 'exit 1'"`)).toEqual(['/bin/sh', '-c', 'exit 1']);
    expect(argv(`'/bin/check "two words" x'`)).toEqual(['/bin/check', 'two words', 'x']);
    expect(argv(String.raw`"/bin/check two\ words"`)).toEqual(['/bin/check', 'two words']);
  });

  test('that needs a shell says so', () => {
    expect(only(load(guarded('"pidof nginx || exit 1"')))).toMatchObject({
      code: 'script-needs-shell',
      severity: 'warning',
    });
    expect(only(load(guarded('"</dev/tcp/127.0.0.1/80"'))).code).toBe('script-needs-shell');
    expect(load(guarded(`"/bin/sh -c 'pidof nginx || exit 1'"`)).diagnostics).toEqual([]);
  });
});
