/** The lines on top: which node, its role, its engine and data plane, how old the data is, and what is wrong. */
import { wordsOfUse } from '../../control/data-plane-words.ts';
import type { Snapshot } from '../../control/snapshot.ts';
import { alertsOf } from '../alerts.ts';
import { freshness, silentFor } from '../feed.ts';
import { type Line, paint, type Span, span, spread } from '../line.ts';
import { liveFeed, type Model, shownFeed } from '../model.ts';
import { STATE_LOOKS } from '../rows/instance-row.ts';
import type { Theme } from '../theme.ts';
import { VIEWS } from '../views.ts';
import { brief, clockTime } from '../words.ts';

export function headerLines(model: Model, theme: Theme): string[] {
  const { columns } = model;
  const { snapshot } = shownFeed(model);
  return [
    spread(whoLine(model, theme), whereLine(model), columns, theme),
    spread(goneLine(model) ?? engineLine(snapshot, theme), ageLine(model), columns, theme),
    ...(model.wallboard === 'closed' ? [viewsLine(model, theme)] : []),
    ...alerts(model, theme),
  ];
}

/** Where one is, and where the keys lead. */
function viewsLine({ view, columns }: Model, theme: Theme): string {
  const line = VIEWS.flatMap(({ key, name, title }): Span[] =>
    name === view ? [span(`[${key} ${title}]`, 'strong')] : [span(` ${key}`, 'strong'), span(` ${title} `, 'faint')],
  );
  return paint(line, columns, theme);
}

function whoLine(model: Model, theme: Theme): Line {
  const feed = shownFeed(model);
  // Several nodes may live on one host (the demo's do): then the links' own names tell them apart.
  const name = model.feeds.length > 1 ? feed.name : (feed.snapshot?.host ?? feed.name);
  const host = span(name, 'strong');
  return [span('hatop ', 'accent'), host, span('  '), ...roles(model, theme)];
}

function roles(model: Model, theme: Theme): Span[] {
  const feed = shownFeed(model);
  const state = freshness(feed, model.frozen?.at ?? model.at);
  if (state === 'waiting') return [span('waiting for the engine', 'warn')];
  if (state === 'gone') return [span(` ENGINE GONE ${brief(silentFor(feed, model.at))} `, 'alarm'), span(' ')];
  const instances = feed.snapshot?.instances ?? [];
  return (['master', 'fault', 'backup', 'initialize'] as const).flatMap((name) => {
    const count = instances.filter((instance) => instance.state === name).length;
    const { word, glyph, tone } = STATE_LOOKS[name];
    const figure = instances.length > 1 ? ` ${count}` : '';
    return count === 0 ? [] : [span(`${glyph(theme)} ${word}${figure} `, tone), span(' ')];
  });
}

const WIDE = 120;

function whereLine(model: Model): Line {
  const { feeds, link, title, readOnly, columns } = model;
  const parts: Span[] = [];
  if (model.frozen) parts.push(span(` FROZEN ${brief(model.at - model.frozen.at)} `, 'alarm'), span(' '));
  if (readOnly) parts.push(span('READ-ONLY ', 'warn'));
  if (feeds.length > 1) parts.push(span(`node ${link + 1} of ${feeds.length} (o) `, 'accent'));
  // On a narrow screen the reason stands in the result line, until there is a result.
  const why = columns >= WIDE && title.why !== '' ? ` (${title.why})` : '';
  return [span(' '), ...parts, span(title.mode + why, 'faint')];
}

/** Nothing is known of engine and data plane now; but why. */
function goneLine(model: Model): Line | undefined {
  const feed = shownFeed(model);
  if (freshness(feed, model.frozen?.at ?? model.at) !== 'gone') return undefined;
  return [span(feed.gone?.reason ?? 'the engine is connected but silent: it may be stopped or overloaded', 'bad')];
}

function engineLine(snapshot: Snapshot | null, theme: Theme): Line {
  if (!snapshot) return [span('no data yet', 'warn')];
  const { engine, dataPlane, dataPlaneReason, dataPlaneUse } = snapshot;
  const use = dataPlaneUse && wordsOfUse(dataPlaneUse);
  const plane: Span[] =
    dataPlane === 'none'
      ? [span('none', 'warn'), span(dataPlaneReason ? `: ${dataPlaneReason}` : '')]
      : [span(dataPlane), ...(use?.alarming ? [span(` ${use.fullest} ${use.lost}`, 'bad')] : [])];
  return [
    span(`engine ${engine.version} pid ${engine.pid} ${theme.glyphs.dot} `, 'faint'),
    span('data plane ', 'faint'),
    ...plane,
    ...peersLinked(snapshot, theme),
    span(` ${theme.glyphs.dot} ${engine.config}`, 'faint'),
    // Why it is this one and not the other, where there is room.
    span(dataPlane !== 'none' && dataPlaneReason ? ` ${theme.glyphs.dot} ${dataPlaneReason}` : '', 'faint'),
  ];
}

function peersLinked({ peers = [] }: Snapshot, theme: Theme): Span[] {
  if (peers.length === 0) return [];
  const up = peers.filter(({ state }) => state === 'up').length;
  const tone = up === peers.length ? 'good' : 'bad';
  return [span(` ${theme.glyphs.dot} peers `, 'faint'), span(`${up} of ${peers.length} linked`, tone)];
}

/** The age is said when it matters; else the engine's time, which shows that it moves. */
function ageLine(model: Model): Line {
  const feed = liveFeed(model);
  const state = freshness(feed, model.at);
  if (state === 'waiting') return [];
  const age = brief(model.at - feed.receivedAt);
  if (state === 'gone') return [span(` last data ${age} ago`, 'bad')];
  if (state === 'late') return [span(` data ${age} old`, 'warn')];
  return [span(` ${clockTime(feed.snapshot?.takenAt ?? '')}`, 'faint')];
}

function alerts(model: Model, theme: Theme): string[] {
  return alertsOf(shownFeed(model).snapshot).map(({ text, tone }) => paint([span(text)], model.columns, theme, tone));
}
