/** The charts of blessed-contrib that the wallboard has, each with what must be known of it. */
import { createRequire } from 'node:module';
import type { Widgets } from 'blessed';
import { createCanvas, type Widget, type WidgetKind } from './offscreen.ts';
import type { Bar, Series } from './series.ts';

const load = createRequire(import.meta.url);
/** By file: the package's entry would load a Markdown renderer and an image library, too. */
const widget = (file: string): WidgetKind => load(`blessed-contrib/lib/widget/${file}.js`) as WidgetKind;

const COLOURS = ['green', 'yellow', 'cyan', 'magenta'] as const;

type LineData = { title: string; x: string[]; y: number[]; style: { line: string } }[];

/** Several series over time. The widget throws on no series at all. */
export const lineChart = createCanvas<readonly Series[], Widget<LineData>>(
  widget('charts/line'),
  () => ({ style: { text: 'white', baseline: 'white' }, xLabelPadding: 3, xPadding: 5, showLegend: false }),
  (chart, series) => {
    // From a little below the lowest, or a jitter of milliseconds would be flat.
    const lowest = Math.min(...series.flatMap(({ points }) => points.map(({ value }) => value)));
    chart.options.minY = Number.isFinite(lowest) ? Math.floor(lowest * 0.8) : 0;
    const data = series.map(({ title, points }, i) => ({
      title,
      x: points.map(({ at }) => at),
      y: points.map(({ value }) => value),
      style: { line: COLOURS[i % COLOURS.length] ?? 'green' },
    }));
    chart.setData(data.length > 0 ? data : [{ title: '', x: [''], y: [0], style: { line: 'green' } }]);
  },
);
export const colourOfSeries = (index: number): string => COLOURS[index % COLOURS.length] ?? 'green';

export const BAR_SPACING = 16;

export const barChart = createCanvas<readonly Bar[], Widget<{ titles: string[]; data: number[] }>>(
  widget('charts/bar'),
  () => ({ barWidth: 8, barSpacing: BAR_SPACING, xOffset: 0, maxHeight: 1, barBgColor: 'cyan', labelColor: 'white' }),
  (chart, bars) => {
    chart.setData({ titles: bars.map(({ title }) => title), data: bars.map(({ value }) => value) });
  },
);

export const sparkline = createCanvas<
  readonly number[],
  Widgets.BoxElement & { setData(titles: string[], data: number[][]): void }
>(
  widget('sparkline'),
  () => ({ tags: true, style: { fg: 'cyan', titleFg: 'white' } }),
  (chart, values) => {
    chart.setData(['a second'], [values.length > 0 ? [...values] : [0]]);
  },
);

export const donut = createCanvas<
  { readonly percent: number; readonly label: string },
  Widget<{ percent: number; label: string; color: string }[]>
>(
  widget('donut'),
  ({ height }) => ({ radius: Math.max(6, Math.min(14, height * 2 - 6)), arcWidth: 3, remainColor: 'red', yPadding: 2 }),
  (chart, { percent, label }) => {
    chart.setData([{ percent, label, color: percent >= 99 ? 'green' : 'yellow' }]);
  },
);

/** Percent; the widget takes what is below 1.001 for a ratio. */
export const gauge = createCanvas<number, Widgets.BoxElement & { setPercent(percent: number): void }>(
  widget('gauge'),
  () => ({ stroke: 'green', fill: 'white' }),
  (chart, percent) => {
    chart.setPercent(percent > 0 ? Math.max(1.01, percent) : 0);
  },
);

export const lcd = createCanvas<
  string,
  Widgets.BoxElement & { setDisplay(text: string): void; setOptions(options: unknown): void }
>(
  widget('lcd'),
  () => ({
    segmentWidth: 0.06,
    segmentInterval: 0.1,
    strokeWidth: 0.1,
    elements: 4,
    elementSpacing: 4,
    elementPadding: 2,
  }),
  (chart, text) => {
    chart.setOptions({ color: 'green', elementPadding: 4 });
    chart.setDisplay(text);
  },
);
