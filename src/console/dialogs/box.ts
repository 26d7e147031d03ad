/** A frame in the middle of the screen. */
import { type Line, paint, span } from '../line.ts';
import type { Model } from '../model.ts';
import type { Theme, Tone } from '../theme.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** Painted, each exactly `width` cells. */
  readonly lines: readonly string[];
}

/** Cells for text in a box of this screen, without the frame and its air. */
export const innerWidth = ({ columns }: Pick<Model, 'columns'>): number => Math.min(110, columns) - 4;
/** Rows for text: header and footer stay visible. */
export const innerHeight = ({ rows }: Pick<Model, 'rows'>): number => rows - 6;

export function box(model: Model, content: readonly Line[], theme: Theme, tone: Tone = 'accent'): Box {
  const inner = innerWidth(model);
  const width = inner + 4;
  const [topLeft, topRight, bottomLeft, bottomRight, across, down] = theme.glyphs.frame;
  const rule = (left: string, right: string): string => theme.paint(left + across.repeat(width - 2) + right, tone);
  const side = theme.paint(down, tone);
  const shown = content.slice(0, innerHeight(model));
  const lines = [
    rule(topLeft, topRight),
    ...shown.map((line) => `${side} ${paint(line, inner, theme)} ${side}`),
    rule(bottomLeft, bottomRight),
  ];
  return {
    x: Math.floor((model.columns - width) / 2),
    y: Math.max(2, Math.floor((model.rows - lines.length) / 2)),
    width,
    lines,
  };
}

export const blank: Line = [span('')];
export const plainLine = (text: string, tone: Tone = 'plain'): Line => [span(text, tone)];
