/** Programs and FIFOs that are told of changes. */
import type { Values } from './block.ts';
import type { NotifyCommand, NotifyFifo, NotifyScripts } from './notify-model.ts';
import { splitCommand } from './values.ts';

/** `notify_up "PROGRAM ARGUMENTS" [USER [GROUP]]`. */
export function bindCommand(values: Values, name: string): NotifyCommand | undefined {
  const [command, user, group] = values.last(name)?.line.args ?? [];
  return command && { argv: splitCommand(command.text), user: user?.text, group: group?.text };
}

export const bindNotify = (values: Values): NotifyScripts => ({
  master: bindCommand(values, 'notify_master'),
  backup: bindCommand(values, 'notify_backup'),
  fault: bindCommand(values, 'notify_fault'),
  stop: bindCommand(values, 'notify_stop'),
  any: bindCommand(values, 'notify'),
});

export function bindFifo(values: Values, name: string): NotifyFifo | undefined {
  const path = values.last(name)?.line.args[0]?.text;
  return path === undefined ? undefined : { path, script: bindCommand(values, `${name}_script`) };
}
