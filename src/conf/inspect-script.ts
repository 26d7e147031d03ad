/** Check scripts as they are on the disk: there at all, safe from others, and not stopping keepalived by themselves. */
import type { Result } from '../base/result.ts';
import type { Report } from './diagnostic.ts';
import type { GlobalDefs, Span, VrrpInstance, VrrpScript } from './model.ts';

/** What the loader is told of a file: `mode` as stat(2) has it, `writableBy` whoever besides root can change file or path. */
export interface ScriptFacts {
  readonly executable: boolean;
  /** Empty: only root can. Otherwise words for a message, as in "group, others". */
  readonly writableBy: string;
}

export interface ScriptDoor {
  readonly readFile: (path: string) => Result<string, string>;
  /** Undefined: there is no such file. Absent: nobody looks. */
  readonly statScript: ((path: string) => ScriptFacts | undefined) | undefined;
  /** Where the script's program is written. */
  readonly spanOf: (script: VrrpScript) => Span;
}

/** One script, where its program is written, and the instances that would feel its failure. */
interface Subject {
  readonly script: VrrpScript;
  readonly span: Span;
  readonly guarded: readonly string[];
}

export function inspectScripts(
  scripts: readonly VrrpScript[],
  instances: readonly VrrpInstance[],
  global: GlobalDefs,
  door: ScriptDoor,
  report: Report,
): void {
  for (const script of scripts) {
    const guarded = instances
      .filter((one) => one.trackScripts.some((tracked) => tracked.script === script.name))
      .map((one) => one.name);
    inspectScript({ script, guarded, span: door.spanOf(script) }, global, door, report);
  }
}

function inspectScript(subject: Subject, global: GlobalDefs, door: ScriptDoor, report: Report): void {
  const { argv } = subject.script;
  const inline = stoppingCommand(argv.join(' '));
  if (inline) reportStopping(subject, 'in its own line', inline.command, report);
  // The program, and the script that an interpreter is given.
  for (const path of argv.filter((word) => word.startsWith('/')).slice(0, 2)) {
    const isProgram = path === argv[0];
    const facts = door.statScript?.(path);
    if (facts) reportFacts(subject, path, facts, isProgram, global, report);
    else if (door.statScript) {
      if (isProgram) reportUnusable(subject, `\`${path}\` does not exist`, report);
      continue;
    }
    const text = door.readFile(path);
    const found = text.ok ? stoppingCommand(text.value) : undefined;
    if (found) reportStopping(subject, `${path}, line ${found.line}`, found.command, report);
  }
}

function reportFacts(
  subject: Subject,
  path: string,
  { executable, writableBy }: ScriptFacts,
  isProgram: boolean,
  global: GlobalDefs,
  report: Report,
): void {
  if (isProgram && !executable) reportUnusable(subject, `\`${path}\` is not executable`, report);
  if (writableBy === '') return;
  const user = subject.script.user ?? global.scriptUser?.user ?? 'root';
  const strict = global.enableScriptSecurity && user === 'root';
  const message = `\`${path}\` can be changed by ${writableBy}, and runs as ${user}`;
  const fix = `chown root ${path} && chmod go-w ${path}`;
  const hint = strict ? `enable_script_security forbids that: ${consequence(subject)}; ${fix}` : fix;
  report({ code: 'script-unsafe', severity: 'warning', message, span: subject.span, hint });
}

function reportUnusable(subject: Subject, what: string, report: Report): void {
  const message = `vrrp_script \`${subject.script.name}\`: ${what}`;
  report({ code: 'script-missing', severity: 'warning', message, span: subject.span, hint: consequence(subject) });
}

/** As under keepalived. */
function consequence({ guarded }: Subject): string {
  if (guarded.length === 0) return 'no instance tracks it';
  return `it is not run, and ${guarded.map((name) => `\`${name}\``).join(', ')} goes on unguarded`;
}

function reportStopping({ span }: Subject, where: string, commandText: string, report: Report): void {
  const message = `the check script stops keepalived itself (${where}: \`${commandText}\`)`;
  const hint = 'under hatop that moves nothing: return 1 instead (`exit 1`), and the instance fails over';
  report({ code: 'script-stops-keepalived', severity: 'warning', message, span, hint });
}

const STOPPING = [
  /\bsystemctl\s+(?:-\S+\s+)*(?:stop|kill|disable|restart|try-restart)\s+(?:\S+\s+)*?keepalived\b/,
  /\b(?:service|rc-service|invoke-rc\.d)\s+keepalived\s+(?:stop|restart)\b/,
  /\/(?:etc\/)?(?:rc\.d\/)?init\.d\/keepalived\s+(?:stop|restart)\b/,
  /\bp?kill(?:all)?\b(?!\s+(?:-0|-s\s+0|-SIGNULL)\b).*\bkeepalived\b/,
];

/** The first command that ends keepalived in the text of a script, comments aside. Signal 0 only asks whether it is there. */
export function stoppingCommand(text: string): { readonly line: number; readonly command: string } | undefined {
  for (const [i, raw] of text.slice(0, 1_000_000).split('\n').entries()) {
    if (!raw.includes('keepalived')) continue;
    const line = raw.replace(/(^|\s)#.*$/, '$1').slice(0, 1000);
    for (const pattern of STOPPING) {
      const match = pattern.exec(line);
      if (match) return { line: i + 1, command: match[0].trim().slice(0, 80) };
    }
  }
  return undefined;
}
