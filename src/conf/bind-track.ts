/** What guards an instance: scripts and interfaces, with their weights. */
import type { Binder } from './block.ts';
import type { BfdInstance, Tracking, VrrpInstance, VrrpScript } from './model.ts';
import type { Line } from './statement.ts';
import { suggest } from './suggest.ts';
import { readWeight, type Weight } from './values.ts';

const NO_WEIGHT: Weight = { weight: undefined, reverse: undefined };

/** What is defined at the root, for instances and groups to track. */
export interface Trackable {
  readonly scripts: ReadonlyMap<string, VrrpScript>;
  readonly files: ReadonlyMap<string, Tracking>;
  readonly processes: ReadonlyMap<string, Tracking>;
  /** Those that are for instances. */
  readonly sessions: ReadonlyMap<string, BfdInstance>;
}

export function bindTrackScripts(
  lines: readonly Line[],
  scripts: ReadonlyMap<string, VrrpScript>,
  /** Undefined for a group, whose members have their own. */
  priority: number | undefined,
  { report }: Binder,
): VrrpInstance['trackScripts'] {
  const tracked = new Map<string, VrrpInstance['trackScripts'][number]>();
  for (const line of lines) {
    const { text: name, span } = line.keyword;
    const script = scripts.get(name);
    if (!script) {
      const near = suggest(name, scripts.keys());
      const message = `track_script \`${name}\`: there is no such vrrp_script; it guards nothing`;
      const hint = near ? `did you mean \`${near}\`?` : `write vrrp_script ${name} { … }`;
      report({ code: 'unknown-reference', severity: 'warning', message, span, hint });
      continue;
    }
    if (tracked.has(name)) {
      const message = `\`${name}\` is tracked twice`;
      report({ code: 'duplicate', severity: 'warning', message, span, hint: 'the first line counts' });
      continue;
    }
    const own = weightOf(line, report);
    const weight = own.weight ?? script.weight;
    if (priority === 255 && weight !== 0) {
      const message = `the weight of \`${name}\` changes nothing: priority 255 is the address owner`;
      const hint = 'give the node a priority below 255, or the script no weight';
      report({ code: 'contradiction', severity: 'warning', message, span, hint });
    }
    const noreverse = line.args.some((word) => word.text === 'noreverse');
    tracked.set(name, { script: name, weight, reverse: !noreverse && (own.reverse ?? script.reverse) });
  }
  return [...tracked.values()];
}

export function bindTrackInterfaces(
  lines: readonly Line[],
  own: string | undefined,
  { report }: Binder,
): VrrpInstance['trackInterfaces'] {
  const tracked: VrrpInstance['trackInterfaces'][number][] = [];
  for (const line of lines) {
    const { text: name, span } = line.keyword;
    const { weight, reverse } = weightOf(line, report);
    if (name === own && weight === undefined) {
      const message = `the instance's own interface \`${name}\` guards it anyway`;
      report({ code: 'unused', severity: 'info', message, span });
      continue;
    }
    tracked.push({ interface: name, weight: weight ?? 0, reverse: reverse ?? false });
  }
  return tracked;
}

const DEFINED_BY = {
  track_file: 'track_file',
  track_process: 'vrrp_track_process',
  track_bfd: 'bfd_instance',
} as const;

/** Files, processes and BFD sessions: `known` are those that are defined, with their own weights. */
export function bindTracked(
  kind: keyof typeof DEFINED_BY,
  lines: readonly Line[],
  known: ReadonlyMap<string, Tracking>,
  { report }: Binder,
): Tracking[] {
  return lines.flatMap((line) => {
    const { text: name, span } = line.keyword;
    const defined = known.get(name);
    if (!defined) {
      const near = suggest(name, known.keys());
      const message = `${kind} \`${name}\`: there is no ${DEFINED_BY[kind]} of this name; it guards nothing`;
      const hint = near ? `did you mean \`${near}\`?` : 'define it at the root of the file';
      report({ code: 'unknown-reference', severity: 'warning', message, span, hint });
      return [];
    }
    const own = weightOf(line, report, kind === 'track_bfd' ? undefined : 254);
    const noreverse = line.args.some((word) => word.text === 'noreverse');
    return [{ name, weight: own.weight ?? defined.weight, reverse: !noreverse && (own.reverse ?? defined.reverse) }];
  });
}

/** What follows the name: `weight N [reverse|noreverse]`, and words that nobody knows. */
function weightOf(line: Line, report: Binder['report'], most?: number): Weight {
  const at = line.args.findIndex((word) => word.text === 'weight');
  const known = at < 0 ? 0 : 2;
  const stray = line.args.find((word, i) => (i < at || i >= at + known) && !/^(no)?reverse$/.test(word.text));
  if (stray) {
    const message = `\`${stray.text}\` is no option of something tracked`;
    const near = suggest(stray.text, ['weight', 'reverse', 'noreverse']);
    const hint = near ? `did you mean \`${near}\`? it is ignored` : 'one name on each line; it is ignored';
    report({ code: 'bad-value', severity: 'warning', message, span: stray.span, hint });
  }
  const word = line.args[at];
  if (at < 0 || !word) return NO_WEIGHT;
  return readWeight(word, line.args.slice(at + 1), report, most);
}
