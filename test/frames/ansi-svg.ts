/** A frame with SGR sequences as an SVG picture: every run of one style in its own cells, whatever the font. */
import { widthOf } from '../../src/console/fit.ts';

const CELL = { width: 8.4, height: 18 };
const MARGIN = 14;
const SIZE = 14;
const BACKGROUND = '#14181d';
const FOREGROUND = '#d5dae1';
const COLOURS: Readonly<Record<number, string>> = {
  31: '#ff6b68',
  32: '#6fcf7c',
  33: '#e5c07b',
  36: '#62c3d6',
};

interface Style {
  bold: boolean;
  faint: boolean;
  underline: boolean;
  inverse: boolean;
  colour: string;
}
const PLAIN: Style = { bold: false, faint: false, underline: false, inverse: false, colour: FOREGROUND };

export function ansiToSvg(frame: string, columns: number, rows: number, title: string): string {
  const width = columns * CELL.width + 2 * MARGIN;
  const height = rows * CELL.height + 2 * MARGIN;
  const body = frame.split('\n').flatMap((line, y) => drawLine(line, MARGIN + y * CELL.height));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width.toFixed(1)} ${height}" role="img" aria-label="${escaped(title)}">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>`,
    `<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="${SIZE}" xml:space="preserve">`,
    ...body,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function drawLine(line: string, top: number): string[] {
  const drawn: string[] = [];
  let style = PLAIN;
  let x = 0;
  for (const piece of line.split(/(\x1b\[[0-9;]*m)/)) {
    const code = /^\x1b\[([0-9;]*)m$/.exec(piece)?.[1];
    if (code !== undefined) {
      style = styled(style, Number(code));
      continue;
    }
    if (piece === '') continue;
    drawn.push(...drawRun(piece, style, x, top));
    x += widthOf(piece);
  }
  return drawn;
}

function drawRun(text: string, style: Style, column: number, top: number): string[] {
  const cells = widthOf(text);
  const left = (MARGIN + column * CELL.width).toFixed(1);
  const width = (cells * CELL.width).toFixed(1);
  const behind = style.inverse
    ? [`<rect x="${left}" y="${top}" width="${width}" height="${CELL.height}" fill="${style.colour}"/>`]
    : [];
  if (text.trim() === '') return behind;
  const attributes = [
    `x="${left}" y="${top + 13.5}" textLength="${width}" lengthAdjust="spacingAndGlyphs"`,
    `fill="${style.inverse ? BACKGROUND : style.colour}"`,
    style.bold ? 'font-weight="bold"' : '',
    style.faint ? 'opacity="0.65"' : '',
    style.underline ? 'text-decoration="underline"' : '',
  ];
  return [...behind, `<text ${attributes.filter(Boolean).join(' ')}>${escaped(text)}</text>`];
}

function styled(style: Style, code: number): Style {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, faint: true };
  if (code === 22) return { ...style, bold: false, faint: false };
  if (code === 4 || code === 24) return { ...style, underline: code === 4 };
  if (code === 7 || code === 27) return { ...style, inverse: code === 7 };
  return { ...style, colour: COLOURS[code] ?? FOREGROUND };
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
