import { describe, expect, test } from 'vitest';
import { brief, instance, load, MAIN, only } from './load.ts';

const priorityOf = (text: string, configId?: string): number | undefined =>
  load(text, configId === undefined ? {} : { configId }).configuration.instances[0]?.priority;

describe('definitions', () => {
  test('stand for words, parts of words, and each other', () => {
    const text = `$NET=192.0.2\n$IF=eth7\n$VIP=\${NET}.99/24 dev $IF\n${instance('    virtual_ipaddress {\n $VIP\n }\n')}`;
    const { configuration, diagnostics } = load(text);
    expect(diagnostics).toEqual([]);
    expect(configuration.instances[0]?.addresses[0]).toMatchObject({
      address: '192.0.2.99',
      prefix: 24,
      interface: 'eth7',
    });
  });

  test('the latest one counts where it is used', () => {
    expect(priorityOf(`$P=10\n$P=20\n${instance().replace('100', '$P')}\n$P=30\n`)).toBe(20);
  });

  test('of several lines bring whole blocks; their problems are reported where they are used', () => {
    const text = `$B=\\\n authentication { \\\n auth_type PASS \\\n auth_pass abc \\\n auth_typo x \\\n }\n${instance('    $B')}`;
    const loaded = load(text);
    expect(loaded.configuration.instances[0]?.authentication).toEqual({ type: 'PASS', password: 'abc' });
    expect(only(loaded)).toMatchObject({ code: 'unknown-keyword', span: { line: 8, column: 5 } });
  });

  test('that are not known stay as they are', () => {
    expect(brief(load(instance('    $NOPE 1')))).toEqual([
      '2:5 warning unknown-keyword: unknown keyword `$NOPE` in `vrrp_instance`; the line is ignored',
    ]);
  });

  test('that grow without end are stopped', () => {
    const doubling = Array.from({ length: 30 }, (_, i) => `$A${i + 1}=$A${i} $A${i}`).join('\n');
    const loaded = load(`$A0=x\n${doubling}\n$LOOP=$LOOP $LOOP\n${instance('    state $A30\n    state $LOOP')}`);
    expect(loaded.diagnostics.filter((one) => one.code === 'definition-too-large').length).toBeGreaterThan(0);
  });
});

describe('conditional lines', () => {
  const text = instance('@one priority 10\n@two priority 20\n@^one state BACKUP').replace('    priority 100\n', '');
  test('count for their id', () => {
    expect(priorityOf(text, 'one')).toBe(10);
    expect(priorityOf(text, 'two')).toBe(20);
    expect(priorityOf(text, 'three')).toBe(100);
  });

  test('may define', () => {
    expect(priorityOf(`@one $P=10\n@^one $P=20\n${instance().replace('100', '$P')}`, 'one')).toBe(10);
    expect(priorityOf(`@one $P=10\n@^one $P=20\n${instance().replace('100', '$P')}`, 'x')).toBe(20);
  });
});

describe('include', () => {
  test('is relative to the including file, and stands in any block', () => {
    const loaded = load(
      `include conf.d/a.conf\n`,
      {},
      {
        '/etc/keepalived/conf.d/a.conf': instance('    include b.inc'),
        '/etc/keepalived/conf.d/b.inc': 'advert_int 3\nfal 1\n',
      },
    );
    expect(loaded.configuration.instances[0]?.adverInterval).toBe(3000);
    expect([...loaded.sources.keys()]).toEqual([MAIN, '/etc/keepalived/conf.d/a.conf', '/etc/keepalived/conf.d/b.inc']);
    expect(only(loaded).span).toMatchObject({ file: '/etc/keepalived/conf.d/b.inc', line: 2, column: 1 });
  });

  test('takes patterns when somebody lists files', () => {
    const files = { '/etc/keepalived/d/1': instance() };
    const listFiles = (glob: string): string[] => (glob === '/etc/keepalived/d/*' ? Object.keys(files) : []);
    expect(load('include d/*', { listFiles }, files).configuration.instances).toHaveLength(1);
    expect(only(load('include e/*', { listFiles }, files))).toMatchObject({
      code: 'include-missing',
      severity: 'warning',
    });
    expect(only(load('include d/*', {}, files)).message).toContain('cannot be listed');
  });

  test('of a missing file is a warning; its strict kin make it an error', () => {
    expect(only(load('include no.conf'))).toMatchObject({ code: 'include-missing', severity: 'warning' });
    expect(only(load('includea no.conf'))).toMatchObject({ code: 'include-missing', severity: 'error' });
  });

  test('that never ends is stopped', () => {
    expect(only(load('include keepalived.conf'))).toMatchObject({ code: 'include-too-deep', severity: 'error' });
    const twice = Object.fromEntries(
      Array.from({ length: 31 }, (_, i) => [`/etc/keepalived/${i}`, `include ${i + 1}\ninclude ${i + 1}\n`]),
    );
    const loaded = load('include 0', {}, twice);
    expect(loaded.diagnostics.some((one) => one.code === 'include-too-deep')).toBe(true);
  });
});

test('generated lines are refused, not passed over', () => {
  expect(only(load('~SEQ(i, 1, 2) static_ipaddress'))).toMatchObject({
    code: 'directive-unsupported',
    severity: 'error',
  });
});
