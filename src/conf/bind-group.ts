import { bindNotify } from './bind-notify.ts';
import { reportNameless } from './bind-script.ts';
import { bindTracked, bindTrackInterfaces, bindTrackScripts, type Trackable } from './bind-track.ts';
import { type Binder, type Entry, readBlock, type Values } from './block.ts';
import type { SyncGroup, VrrpInstance } from './model.ts';
import { spanOf, type Word } from './statement.ts';
import { suggest } from './suggest.ts';

/** `vrrp_sync_group NAME { group { INSTANCE … } }`; `instances` are the names that the files define. */
export function bindSyncGroup(
  { line }: Entry,
  instances: ReadonlySet<string>,
  trackable: Trackable,
  binder: Binder,
): SyncGroup | undefined {
  const name = line.args[0];
  if (!name) {
    reportNameless(line, binder);
    return undefined;
  }
  const values = readBlock(line.block ?? [], 'vrrp_sync_group', binder);
  return {
    name: name.text,
    members: bindMembers(values, name, instances, binder),
    trackScripts: bindTrackScripts(values.linesIn('track_script'), trackable.scripts, undefined, binder),
    trackInterfaces: bindTrackInterfaces(values.linesIn('track_interface'), undefined, binder),
    trackFiles: bindTracked('track_file', values.linesIn('track_file'), trackable.files, binder),
    trackProcesses: bindTracked('track_process', values.linesIn('track_process'), trackable.processes, binder),
    trackBfd: bindTracked('track_bfd', values.linesIn('track_bfd'), trackable.sessions, binder),
    trackingWeight: values.has('sync_group_tracking_weight') || values.has('global_tracking'),
    notify: bindNotify(values),
    span: spanOf(line),
  };
}

function bindMembers(values: Values, name: Word, instances: ReadonlySet<string>, { report }: Binder): string[] {
  const members: string[] = [];
  for (const word of values.linesIn('group').flatMap((member) => [member.keyword, ...member.args])) {
    if (instances.has(word.text)) {
      if (!members.includes(word.text)) members.push(word.text);
      continue;
    }
    const near = suggest(word.text, instances);
    const message = `group \`${name.text}\`: there is no vrrp_instance \`${word.text}\``;
    const hint = near ? `did you mean \`${near}\`?` : 'it is ignored';
    report({ code: 'unknown-reference', severity: 'warning', message, span: word.span, hint });
  }
  if (members.length < 2) {
    const message = `sync group \`${name.text}\` has ${members.length === 1 ? 'only one member' : 'no members'}`;
    const hint = 'a group of fewer than two does nothing';
    report({ code: 'required', severity: 'warning', message, span: name.span, hint });
  }
  return members;
}

/** What guards a group guards each of its members. Weights of their own do not count there, as in keepalived. */
export function withGroupTracking(
  instance: VrrpInstance,
  groups: readonly SyncGroup[],
  { report }: Binder,
): VrrpInstance {
  const group = groups.find(({ members }) => members.includes(instance.name));
  if (!group) return instance;
  const counts = ({ weight }: { readonly weight: number }): boolean => weight === 0 || group.trackingWeight;
  const scripts = instance.trackScripts.map((tracked) => ({ ...tracked, name: tracked.script }));
  const ignored = [...scripts, ...instance.trackFiles, ...instance.trackProcesses, ...instance.trackBfd].filter(
    (one) => !counts(one),
  );
  for (const { name } of ignored) {
    const message = `the weight of \`${name}\` is ignored: \`${instance.name}\` is in sync group \`${group.name}\``;
    const hint = `track it in the group, or write sync_group_tracking_weight there`;
    report({ code: 'contradiction', severity: 'warning', message, span: instance.span, hint });
  }
  return {
    ...instance,
    trackScripts: merge(instance.trackScripts.filter(counts), group.trackScripts, ({ script }) => script),
    trackFiles: merge(instance.trackFiles.filter(counts), group.trackFiles, ({ name }) => name),
    trackProcesses: merge(instance.trackProcesses.filter(counts), group.trackProcesses, ({ name }) => name),
    trackBfd: merge(instance.trackBfd.filter(counts), group.trackBfd, ({ name }) => name),
    trackInterfaces: merge(instance.trackInterfaces, group.trackInterfaces, (tracked) => tracked.interface),
  };
}

/** Both, and the first of two with one key. */
function merge<T>(own: readonly T[], shared: readonly T[], key: (each: T) => string): T[] {
  return [...new Map([...shared, ...own].map((each) => [key(each), each])).values()];
}
