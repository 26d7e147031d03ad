import { reportNameless } from './bind-script.ts';
import { type Binder, type Entry, readBlock } from './block.ts';
import type { SyncGroup } from './model.ts';
import { spanOf } from './statement.ts';
import { suggest } from './suggest.ts';

/** `vrrp_sync_group NAME { group { INSTANCE … } }`; `instances` are the names that the files define. */
export function bindSyncGroup({ line }: Entry, instances: ReadonlySet<string>, binder: Binder): SyncGroup | undefined {
  const name = line.args[0];
  if (!name) {
    reportNameless(line, binder);
    return undefined;
  }
  // readBlock has already looked at the lines when it said that groups are not acted on yet.
  const silent: Binder = { report: () => {}, notActed: () => {} };
  const words = readBlock(line.block ?? [], 'vrrp_sync_group', silent)
    .linesIn('group')
    .flatMap((member) => [member.keyword, ...member.args]);
  const members: string[] = [];
  for (const word of words) {
    if (instances.has(word.text)) {
      if (!members.includes(word.text)) members.push(word.text);
      continue;
    }
    const near = suggest(word.text, instances);
    const message = `group \`${name.text}\`: there is no vrrp_instance \`${word.text}\``;
    const hint = near ? `did you mean \`${near}\`?` : 'it is ignored';
    binder.report({ code: 'unknown-reference', severity: 'warning', message, span: word.span, hint });
  }
  if (members.length < 2) {
    const message = `sync group \`${name.text}\` has ${members.length === 1 ? 'only one member' : 'no members'}`;
    binder.report({
      code: 'required',
      severity: 'warning',
      message,
      span: name.span,
      hint: 'a group of fewer than two does nothing',
    });
  }
  return { name: name.text, members, span: spanOf(line) };
}
