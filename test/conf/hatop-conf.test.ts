/** hatop's own file: what it says, and the exact complaint about what it cannot say. */
import { describe, expect, test } from 'vitest';
import { err, ok } from '../../src/base/result.ts';
import { renderDiagnostic } from '../../src/conf/diagnostic.ts';
import { loadHatopConf } from '../../src/conf/hatop-conf.ts';

function load(text: string, others: Record<string, string> = {}) {
  const files = new Map(Object.entries({ 'hatop.conf': text, ...others }));
  return loadHatopConf('hatop.conf', (path) => {
    const found = files.get(path.replace('./', ''));
    return found === undefined ? err(`\`${path}\` does not exist`) : ok(found);
  });
}

describe('data_plane', () => {
  test.each(['auto', 'ipvs', 'nftables'] as const)('%s', (choice) => {
    const { settings, diagnostics } = load(`# ours alone\n\ndata_plane ${choice} ! no ip_vs here\n`);
    expect(diagnostics).toEqual([]);
    expect(settings.dataPlane).toMatchObject({ choice, span: { file: 'hatop.conf', line: 3 } });
  });

  test('is not said by an empty file', () => {
    expect(load('')).toMatchObject({ settings: { dataPlane: undefined }, diagnostics: [] });
  });

  test('may come from a file that is included, and by a definition', () => {
    const { settings, diagnostics } = load('$PLANE=nftables\ninclude more.conf\n', {
      'more.conf': '\ndata_plane $PLANE\n',
    });
    expect(diagnostics).toEqual([]);
    expect(settings.dataPlane).toMatchObject({ choice: 'nftables', span: { file: './more.conf', line: 2 } });
  });
});

describe('what it cannot say is an error, with its place and what to write', () => {
  test.each<[string, string, string]>([
    [
      'a word that nobody knows',
      'data_plane auto\ndata_plan nftables\n',
      'hatop.conf:2:1: error: unknown keyword `data_plan`\n  data_plan nftables\n  ^^^^^^^^^\n  hint: did you mean `data_plane`?',
    ],
    [
      'a word that is far from all',
      'colour blue\n',
      'hatop.conf:1:1: error: unknown keyword `colour`\n  colour blue\n  ^^^^^^\n  hint: this file knows data_plane, peer',
    ],
    [
      'what belongs to keepalived',
      'vrrp_instance VI_1 {\n}\n',
      'hatop.conf:1:1: error: unknown block `vrrp_instance`\n  vrrp_instance VI_1 {\n  ^^^^^^^^^^^^^\n  hint: it belongs in keepalived.conf',
    ],
    [
      'a value that is none',
      '  data_plane nftable\n',
      'hatop.conf:1:14: error: `data_plane` is one of auto, ipvs, nftables; not `nftable`\n    data_plane nftable\n               ^^^^^^^\n  hint: did you mean `nftables`?',
    ],
    [
      'no value',
      'data_plane\n',
      'hatop.conf:1:1: error: `data_plane` needs a value\n  data_plane\n  ^^^^^^^^^^\n  hint: `data_plane` is one of auto, ipvs, nftables',
    ],
    [
      'two values',
      'data_plane ipvs nftables\n',
      'hatop.conf:1:1: error: `data_plane` takes one value\n  data_plane ipvs nftables\n  ^^^^^^^^^^^^^^^^^^^^^^^^\n  hint: `data_plane` is one of auto, ipvs, nftables',
    ],
    [
      'the same twice',
      'data_plane auto\ndata_plane ipvs\n',
      'hatop.conf:2:1: error: `data_plane` is said twice\n  data_plane ipvs\n  ^^^^^^^^^^\n  hint: first at hatop.conf:1',
    ],
    [
      'a block',
      'data_plane auto {\n}\n',
      'hatop.conf:1:1: error: `data_plane` takes no block\n  data_plane auto {\n  ^^^^^^^^^^',
    ],
  ])('%s', (_, text, words) => {
    const { diagnostics, sources } = load(text);
    expect(diagnostics.map((one) => renderDiagnostic(one, sources.get(one.span.file)))).toEqual([words]);
  });

  test('a file that is not there', () => {
    const { diagnostics, settings } = loadHatopConf('none.conf', () => err('`none.conf` does not exist'));
    expect(diagnostics).toMatchObject([{ severity: 'error', message: '`none.conf` does not exist' }]);
    expect(settings.dataPlane).toBeUndefined();
  });
});
