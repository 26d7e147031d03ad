/** One `url` of HTTP_GET or SSL_GET. */
import { type Binder, readBlock, type Values } from './block.ts';
import type { HttpUrl } from './check-model.ts';
import { translateRegex, unescapePattern } from './regex.ts';
import type { Line } from './statement.ts';

export function bindUrl(line: Line, binder: Binder): HttpUrl {
  const values = readBlock(line.block ?? [], 'url', binder);
  const codes = values.all('status_code').flatMap((entry) => readStatusCodes(entry.line, binder));
  return {
    path: bindPath(values, binder),
    statusCodes: codes.length > 0 ? codes : [{ from: 200, to: 299 }],
    digest: bindDigest(values, binder),
    virtualHost: values.text('virtualhost'),
    regex: bindRegex(values, binder),
  };
}

function bindRegex(values: Values, { report }: Binder): HttpUrl['regex'] {
  const line = values.last('regex')?.line;
  const [first] = line?.args ?? [];
  if (!line || !first) return undefined;
  if (line.args.length > 1) {
    const hint = 'write regex "PATTERN"; it is ignored';
    report({
      code: 'bad-value',
      severity: 'error',
      message: 'the regex is more than one word',
      span: first.span,
      hint,
    });
    return undefined;
  }
  const { pattern, lost } = unescapePattern(first.text);
  if (lost[0] !== undefined && !/^\\[nrtfv]$/.test(lost[0])) {
    const message = `\`${lost[0]}\` loses its backslash before the expression is read`;
    const hint = `keepalived does so: write \`\\${lost[0]}\``;
    report({ code: 'adjusted', severity: 'warning', message, span: first.span, hint });
  }
  const options = values.all('regex_options').flatMap((entry) => entry.line.args.map(({ text }) => text));
  const translated = translateRegex(pattern, options);
  if (!translated.ok) {
    const message = `the regex cannot be used: ${translated.error}`;
    const hint = 'a server is not called good for a page that nobody compares: write it differently';
    report({ code: 'bad-value', severity: 'error', message, span: first.span, hint });
    return undefined;
  }
  const minOffset = values.number('regex_min_offset') ?? 0;
  const maxOffset = values.number('regex_max_offset');
  const unwanted = values.has('regex_no_match');
  if (maxOffset === undefined || minOffset <= maxOffset) return { ...translated.value, unwanted, minOffset, maxOffset };
  const message = `\`regex_min_offset ${minOffset}\` is beyond regex_max_offset, ${maxOffset}`;
  report({ code: 'contradiction', severity: 'warning', message, span: first.span, hint: 'both are ignored' });
  return { ...translated.value, unwanted, minOffset: 0, maxOffset: undefined };
}

function bindPath(values: Values, { report }: Binder): string {
  const word = values.last('path')?.line.args[0];
  if (!word) return '/';
  if (word.text.startsWith('/')) return word.text;
  const message = `the path \`${word.text}\` does not begin with /`;
  report({ code: 'adjusted', severity: 'warning', message, span: word.span, hint: `\`/${word.text}\` is used` });
  return `/${word.text}`;
}

function bindDigest(values: Values, { report }: Binder): string | undefined {
  const word = values.last('digest')?.line.args[0];
  if (!word || /^[0-9a-f]{32}$/i.test(word.text)) return word?.text.toLowerCase();
  const message = `\`digest ${word.text}\` is not 32 hex digits: the body is not compared`;
  report({
    code: 'bad-value',
    severity: 'warning',
    message,
    span: word.span,
    hint: '`hatop digest URL` prints the right one',
  });
  return undefined;
}

/** Numbers and ranges, separated by blanks or commas: `200 301-302`. */
function readStatusCodes(line: Line, { report }: Binder): HttpUrl['statusCodes'] {
  const ranges: { readonly from: number; readonly to: number }[] = [];
  for (const word of line.args) {
    for (const piece of word.text.split(',').filter((text) => text !== '')) {
      const [, low, high = low] = /^(\d{1,3})(?:-(\d{1,3}))?$/.exec(piece) ?? [];
      const from = Number(low);
      const to = Number(high);
      if (from >= 100 && to <= 599 && from <= to) ranges.push({ from, to });
      else {
        const message = `\`${piece}\` is no status code`;
        const hint = 'a code is 100…599, a range 200-299; it is ignored';
        report({ code: 'out-of-range', severity: 'warning', message, span: word.span, hint });
      }
    }
  }
  return ranges;
}
