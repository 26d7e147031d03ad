import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Node, parseTree, printTree, type Tree } from '../../src/conf/tree.ts';
import { brief, instance, load, only } from './load.ts';

/** Keywords and arguments as nested lists: what the braces were taken to mean. */
function outline(tree: Tree, nodes: readonly Node[] = tree.nodes): unknown[] {
  const lines: unknown[] = [];
  for (const node of nodes) {
    if (node.kind !== 'statement') continue;
    const text = node.words.map((word) => tree.source.slice(word.start, word.end)).join(' ');
    lines.push(node.block ? [text, ...outline(tree, node.block.children)] : text);
  }
  return lines;
}
const shape = (text: string): unknown[] => outline(parseTree('f', text));

describe('braces', () => {
  test('at the end of the line, alone on the next one, or all on one line', () => {
    const expected = [['a x', ['b', '1']]];
    expect(shape('a x {\n b {\n 1\n }\n}\n')).toEqual(expected);
    expect(shape('a x\n\n# c\n{\n b\n{\n 1\n }\n}\n')).toEqual(expected);
    expect(shape('a x { b { 1 } }')).toEqual(expected);
    expect(shape('a x{b{1}}')).toEqual(expected);
  });

  test('what follows a `}` on its line is a statement of its own', () => {
    expect(shape('a { 1 } b { 2 }')).toEqual([
      ['a', '1'],
      ['b', '2'],
    ]);
  });

  test('a `}` too many is reported and the rest is still read', () => {
    const loaded = load(`${instance()}}\n${instance('', 'VI_2').replace('51', '52').replace('.10/', '.11/')}`);
    expect(only(loaded)).toMatchObject({ code: 'stray-brace', severity: 'error', span: { line: 10, column: 1 } });
    expect(loaded.configuration.instances.map((one) => one.name)).toEqual(['VI_1', 'VI_2']);
  });

  test('a `{` without a keyword is reported', () => {
    expect(only(load(`{\n x\n}\n${instance()}`))).toMatchObject({
      code: 'missing-keyword',
      span: { line: 1, column: 1 },
    });
  });
});

describe('a missing `}`', () => {
  const two = `${instance()}${instance('', 'VI_2').replace('51', '52').replace('.10/', '.11/')}`;

  test('at the end of the file is a warning: nothing else changes', () => {
    const loaded = load(`${instance().trimEnd().slice(0, -1)}`);
    expect(only(loaded)).toMatchObject({ code: 'unclosed-block', severity: 'warning', span: { line: 1, column: 1 } });
    expect(loaded.configuration).toEqual(load(instance()).configuration);
  });

  test('two at the end look like a file that was cut off: an error for each', () => {
    const cut = instance().slice(0, instance().lastIndexOf('    }'));
    expect(brief(load(cut))).toEqual([
      '1:1 error unclosed-block: the block of `vrrp_instance VI_1` that opens here has no `}` before the end of the file',
      '6:5 error unclosed-block: the block of `virtual_ipaddress` that opens here has no `}` before the end of the file',
    ]);
  });

  test('before the next block of the root: both blocks are read', () => {
    const loaded = load(two.replace('    }\n}\nvrrp', '    }\nvrrp'));
    expect(only(loaded)).toMatchObject({ code: 'unclosed-block', severity: 'error', span: { line: 1, column: 1 } });
    expect(only(loaded).message).toContain('before line 9');
    expect(loaded.configuration.instances.map((one) => one.vrid)).toEqual([51, 52]);
  });

  test('of an inner block, told by the indentation of the `}` that follows', () => {
    const loaded = load(two.replace('    }\n}\nvrrp', '}\nvrrp'));
    expect(only(loaded)).toMatchObject({ code: 'unclosed-block', span: { line: 6, column: 5 } });
    expect(loaded.configuration.instances.map((one) => one.addresses.length)).toEqual([1, 1]);
  });

  test('of an inner block, told by a keyword that only the outer block has', () => {
    const text = instance('    authentication {\n        auth_type PASS\n        auth_pass abc\n');
    const loaded = load(text);
    expect(only(loaded)).toMatchObject({ code: 'unclosed-block', span: { line: 2, column: 5 } });
    expect(loaded.configuration.instances[0]).toMatchObject({
      interface: 'eth0',
      vrid: 51,
      authentication: { type: 'PASS', password: 'abc' },
    });
  });

  test('in a file without indentation', () => {
    const flat = two.replaceAll(/^ +/gm, '').replace('}\n}\nvrrp', '}\nvrrp');
    const loaded = load(flat);
    expect(brief(loaded)).toEqual([
      '1:1 error unclosed-block: the block of `vrrp_instance VI_1` that opens here has no `}` before line 9, where the next block begins or ends',
    ]);
    expect(loaded.configuration.instances).toHaveLength(2);
  });

  test('of a block that nobody knows, before a root block that is indented', () => {
    const loaded = load(`vvrp_script chk {\n  script /x\n${instance().replace(/^/gm, '    ')}`);
    expect(loaded.diagnostics.map((one) => one.code)).toEqual(['unclosed-block', 'unknown-block']);
    expect(loaded.configuration.instances).toHaveLength(1);
  });

  test('made up for by a `}` too many at the end: both are reported, nothing is lost', () => {
    const loaded = load(`${two.replace('    }\n}\nvrrp', '    }\nvrrp')}}\n`);
    expect(loaded.diagnostics.map((one) => one.code)).toEqual(['unclosed-block', 'stray-brace']);
    expect(loaded.configuration.instances).toHaveLength(2);
  });
});

describe('printing the tree gives the text back', () => {
  const piece = fc.constantFrom(
    'vrrp_instance VI_1 {\n',
    'virtual_server 192.0.2.1 80\n{\n',
    '  virtual_ipaddress { 192.0.2.1 }\n',
    '\ttrack_script {\n',
    '}',
    '}\n',
    '{',
    '  state "MAS',
    '"',
    ' # c } {\n',
    '$A=x \\\n y {\\\n',
    '$A\n',
    '@b ',
    '@^b priority 1\n',
    '\r\n',
    'é😀 ',
    '\n',
  );
  const text = fc.array(fc.oneof(piece, fc.string({ maxLength: 6 })), { maxLength: 40 }).map((parts) => parts.join(''));

  test('for any text', () => {
    fc.assert(
      fc.property(text, (source) => {
        expect(printTree(parseTree('f', source, 'b'))).toBe(source);
      }),
      { numRuns: 1000 },
    );
  });

  test('nested ten thousand deep: no stack overflows, and the depth is refused', () => {
    const source = 'a {'.repeat(10_000);
    expect(printTree(parseTree('f', source))).toBe(source);
    expect(load(source).diagnostics.filter((one) => one.code === 'too-deep')).toHaveLength(1);
  });
});
