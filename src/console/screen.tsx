/** Ink's part: boxes side by side. Every pane body is one canvas, so that Ink measures only blanks (it caches what it measures for ever). */
import { Box, Transform } from 'ink';
import type { ReactElement } from 'react';
import type { Part, View } from './view.ts';

const blanks = new Map<string, string>();

function blank(width: number, height: number): string {
  const key = `${width}x${height}`;
  const known = blanks.get(key);
  if (known !== undefined) return known;
  const made = Array.from({ length: height }, () => ' '.repeat(width)).join('\n');
  // A window that is dragged passes through many sizes.
  if (blanks.size > 200) blanks.clear();
  blanks.set(key, made);
  return made;
}

/** Painted lines of exactly `width` cells. */
function Canvas({ width, lines }: { readonly width: number; readonly lines: readonly string[] }): ReactElement {
  return (
    <Box width={width} height={lines.length} flexShrink={0}>
      <Transform transform={(_, i) => lines[i] ?? ''}>{blank(width, lines.length)}</Transform>
    </Box>
  );
}

function PartBox({ part }: { readonly part: Part }): ReactElement {
  if ('lines' in part) return <Canvas width={part.width} lines={part.lines} />;
  return (
    <Box flexDirection={part.direction} flexShrink={0}>
      {part.parts.map((inner, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a layout have no other identity than their place
        <PartBox key={i} part={inner} />
      ))}
    </Box>
  );
}

export function Screen({ view }: { readonly view: View }): ReactElement {
  const { columns, rows, body, dialog } = view;
  return (
    <Box width={columns} height={rows}>
      <PartBox part={body} />
      {dialog && (
        <Box position="absolute" marginLeft={dialog.x} marginTop={dialog.y}>
          <Canvas width={dialog.width} lines={dialog.lines} />
        </Box>
      )}
    </Box>
  );
}

/** For those who load this file when they need it: React itself loads as a CommonJS module, without named exports. */
export const drawScreen = (view: View) => <Screen view={view} />;
