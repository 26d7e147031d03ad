import type { Result } from '../base/result.ts';
import type { Report } from './diagnostic.ts';
import type { Word } from './statement.ts';

/** How the loader gets at files; it has no other door. */
export interface Reader {
  readonly readFile: (path: string) => Result<string, string>;
  readonly listFiles: ((glob: string) => readonly string[]) | undefined;
  readonly configId: string | undefined;
}

export function directoryOf(file: string): string {
  const slash = file.lastIndexOf('/');
  return slash < 0 ? '.' : slash === 0 ? '/' : file.slice(0, slash);
}

/**
 * The files that `include PATTERN` in `from` names, in the order in which they are read. A relative pattern starts at
 * the including file's directory. Plain `include` takes a missing file with a warning; its stricter kin make it an error.
 */
export function includedFiles(keyword: Word, pattern: Word, from: string, reader: Reader, report: Report) {
  const path = pattern.text.startsWith('/') ? pattern.text : `${directoryOf(from)}/${pattern.text}`;
  const severity = keyword.text === 'include' ? 'warning' : 'error';
  const complain = (message: string): void =>
    report({ code: 'include-missing', severity, message, span: pattern.span, hint: 'what it holds is missing here' });

  const isGlob = /[*?[{~]/.test(path);
  if (isGlob && !reader.listFiles) complain(`\`${path}\` cannot be listed here`);
  const paths = isGlob ? (reader.listFiles?.(path) ?? []) : [path];
  if (isGlob && reader.listFiles && paths.length === 0) complain(`no file matches \`${path}\``);

  const files: { readonly path: string; readonly text: string }[] = [];
  for (const candidate of paths) {
    const read = reader.readFile(candidate);
    if (read.ok) files.push({ path: candidate, text: read.value });
    else complain(read.error);
  }
  return files;
}
