/** `use_vmac` as it is written, for an instance or for one address. */
import { parseMac } from '../base/mac.ts';
import type { Binder, Values } from './block.ts';
import type { VirtualMacWish } from './model.ts';
import type { Word } from './statement.ts';

export interface InstanceWish {
  /** Undefined: the instance's addresses are on its interface itself. */
  readonly own: VirtualMacWish | undefined;
  /** `use_vmac_addr`: addresses on other interfaces get one too. */
  readonly elsewhere: boolean;
  /** Advertisements leave with the virtual MAC. */
  readonly sends: boolean;
}

const LONGEST_NAME = 15;

/** The words after `use_vmac`: `[NAME] [MAC]`. */
export function readWish(at: Word, args: readonly Word[], binder: Binder): VirtualMacWish {
  const macs = args.flatMap((word) => parseMac(word.text) ?? []);
  const [name, ...rest] = args.filter((word) => parseMac(word.text) === undefined);
  const first = name && !LATER.has(name.text) ? name : undefined;
  for (const word of first ? rest : args.filter((one) => LATER.has(one.text))) {
    binder.notActed(`use_vmac … ${word.text}`, word);
  }
  return { name: first && usableName(first, binder), mac: macs[0], span: at.span };
}

/** Words that may follow and are not acted on. */
const LATER = new Set(['netlink_notify_msg', 'group']);

function usableName(word: Word, { report }: Binder): string | undefined {
  if (word.text.length <= LONGEST_NAME && !/[/\s:]/.test(word.text)) return word.text;
  const message = `\`${word.text}\` cannot be the name of an interface`;
  const hint = `at most ${LONGEST_NAME} characters, without / and :; a name is chosen`;
  report({ code: 'bad-value', severity: 'error', message, span: word.span, hint });
  return undefined;
}

export function bindVirtualMac(values: Values, unicast: boolean, binder: Binder): InstanceWish {
  const line = values.last('use_vmac')?.line;
  const base = values.last('vmac_xmit_base')?.line;
  const { report } = binder;
  if (!line && base) {
    const message = '`vmac_xmit_base` without `use_vmac` does nothing';
    report({ code: 'contradiction', severity: 'warning', message, span: base.keyword.span, hint: 'write `use_vmac`' });
  }
  if (line && unicast && !base) {
    const message = 'advertisements to peers leave from the interface itself, not from the virtual MAC';
    const hint = 'write `vmac_xmit_base` to say so';
    report({ code: 'adjusted', severity: 'warning', message, span: line.keyword.span, hint });
  }
  return {
    own: line && readWish(line.keyword, line.args, binder),
    elsewhere: values.has('use_vmac_addr'),
    sends: line !== undefined && !base && !unicast,
  };
}
