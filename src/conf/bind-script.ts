import { seconds } from '../base/time.ts';
import { type Binder, type Entry, readBlock } from './block.ts';
import type { VrrpScript } from './model.ts';
import { type Line, spanOf } from './statement.ts';
import { readCommand, readWeight } from './values.ts';

/** A `vrrp_script`; undefined where it has no name or no program. */
export function bindScript({ line }: Entry, binder: Binder): VrrpScript | undefined {
  const name = line.args[0];
  if (!name) {
    reportNameless(line, binder);
    return undefined;
  }
  const values = readBlock(line.block ?? [], 'vrrp_script', binder);
  const command = values.first('script');
  if (!command) {
    const message = `vrrp_script \`${name.text}\` has no \`script\``;
    binder.report({
      code: 'required',
      severity: 'error',
      message,
      span: name.span,
      hint: 'it is ignored: nothing is checked',
    });
    return undefined;
  }
  reportShellWords(command.line, binder);
  const interval = values.duration('interval') ?? seconds(1);
  const weighted = values.last('weight')?.line;
  const weight = weighted && readWeight(weighted.keyword, weighted.args, binder.report);
  const user = values.last('user')?.line.args;
  return {
    name: name.text,
    argv: readCommand(command.line),
    interval,
    timeout: values.duration('timeout') ?? interval,
    rise: values.number('rise') ?? 1,
    fall: values.number('fall') ?? 1,
    weight: weight?.weight ?? 0,
    reverse: weight?.reverse ?? false,
    initFail: values.has('init_fail'),
    user: user?.[0]?.text,
    group: user?.[1]?.text,
    span: spanOf(line),
  };
}

export function reportNameless(line: Line, binder: Binder): void {
  const { text, span } = line.keyword;
  const message = `\`${text}\` must have a name`;
  binder.report({
    code: 'required',
    severity: 'error',
    message,
    span,
    hint: `write \`${text} NAME { … }\`; it is ignored`,
  });
}

/** Programs are started as they are named, without a shell: its operators would be arguments. */
function reportShellWords(line: Line, binder: Binder): void {
  const operator = readCommand(line).find(
    (word) => /^(\|\|?|&&|;|&|[0-9]?[<>]{1,2}(&[0-9]|.*)?)$/.test(word) || /;$/.test(word),
  );
  const [first] = line.args;
  if (operator === undefined || !first) return;
  const message = `\`${operator}\` means something to a shell only; scripts are started without one`;
  const hint = 'put it into a file, or write script "/bin/sh -c \'COMMANDS\'"';
  binder.report({ code: 'script-needs-shell', severity: 'warning', message, span: first.span, hint });
}
