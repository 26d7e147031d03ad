/** A real server under its virtual service; and the line of the service itself. */
import type { RealServerSnapshot, ServiceSnapshot } from '../../control/snapshot.ts';
import { type Line, type Span, span } from '../line.ts';
import type { Column } from '../table.ts';
import type { Tone } from '../theme.ts';
import { brief, figure, serverName, serviceName } from '../words.ts';
import type { RowContext } from './context.ts';

const UNKNOWN: Span = span('?', 'warn');

export function serverColumns(context: RowContext): Column<RealServerSnapshot>[] {
  const { known } = context;
  const connections = (pick: (c: NonNullable<RealServerSnapshot['connections']>) => number) => {
    return (server: RealServerSnapshot): Span => {
      if (!known) return UNKNOWN;
      return server.connections ? span(figure(pick(server.connections))) : span('-', 'faint');
    };
  };
  return [
    { title: 'Services', rank: 0, min: 13, max: 13, cell: (s) => stateCell(s, context) },
    { title: 'real server', rank: 0, min: 21, max: 28, cell: (s) => span(serverName(s)) },
    { title: 'weight', rank: 1, min: 6, max: 11, align: 'right', cell: (s) => weightCell(s, known) },
    { title: 'table', rank: 4, min: 5, max: 5, align: 'right', cell: (s) => tableCell(s, context) },
    { title: 'act', rank: 2, min: 4, max: 5, align: 'right', cell: connections(({ active }) => active) },
    { title: 'inact', rank: 5, min: 5, max: 5, align: 'right', cell: connections(({ inactive }) => inactive) },
    { title: 'pers', rank: 6, min: 4, max: 5, align: 'right', cell: connections(({ persistent }) => persistent) },
    { title: 'cps', rank: 7, min: 4, max: 5, align: 'right', cell: (s) => rateCell(s, known, ({ cps }) => cps) },
    { title: 'in', rank: 8, min: 4, max: 5, align: 'right', cell: (s) => rateCell(s, known, ({ inBps }) => inBps) },
    { title: 'out', rank: 9, min: 4, max: 5, align: 'right', cell: (s) => rateCell(s, known, ({ outBps }) => outBps) },
    { title: 'left', rank: 2, min: 4, max: 5, align: 'right', cell: (s) => etaCell(s, context) },
    { title: 'reason', rank: 3, min: 20, max: 70, grows: true, cell: (s) => (known ? reasonCell(s) : span('')) },
  ];
}

function stateCell(server: RealServerSnapshot, { known, theme }: RowContext): Span {
  const { glyphs } = theme;
  const [glyph, word, tone] = stateOf(server, known);
  return span(`  ${glyphs[glyph]} ${word}`, tone);
}

type Mark = readonly [glyph: 'up' | 'down' | 'drain' | 'unknown' | 'starting', word: string, tone: Tone];

/** The administrator's word first; where health disagrees, it is said too. */
function stateOf({ admin, health }: RealServerSnapshot, known: boolean): Mark {
  if (!known) return ['unknown', 'UNKNOWN', 'bad'];
  if (admin === 'offline') return ['drain', 'OFFLINE', 'warn'];
  if (admin !== 'enabled') {
    const word = admin === 'drain' ? 'DRAIN' : 'DRAIN!';
    return ['drain', health === 'down' ? `${word} DOWN` : word, 'warn'];
  }
  if (health === 'up') return ['up', 'UP', 'good'];
  return health === 'down' ? ['down', 'DOWN', 'bad'] : ['starting', 'UNKNOWN', 'warn'];
}

/** Effective of configured. */
function weightCell({ weight: { configured, effective } }: RealServerSnapshot, known: boolean): Span {
  if (!known) return span(`?/${configured}`, 'warn');
  return span(`${effective}/${configured}`, effective === configured ? 'plain' : 'warn');
}

/** What the kernel's table says; another figure than ours is wrong. */
function tableCell({ weight: { effective, kernel } }: RealServerSnapshot, { known, noTable }: RowContext): Span {
  if (noTable) return span('none', 'faint');
  if (!known || kernel === null) return UNKNOWN;
  return span(String(kernel), kernel === effective ? 'plain' : 'bad');
}

type Rates = NonNullable<RealServerSnapshot['rates']>;

function rateCell({ rates }: RealServerSnapshot, known: boolean, pick: (rates: Rates) => number): Span {
  if (!known) return UNKNOWN;
  return rates ? span(figure(pick(rates))) : span('-', 'faint');
}

/** How long a drain may still take. */
function etaCell({ drain }: RealServerSnapshot, { known, age }: RowContext): Span {
  if (!drain) return span('');
  if (!known || drain.etaMs === null) return UNKNOWN;
  return span(brief(drain.etaMs - age), 'warn');
}

function reasonCell({ drain, health, reason }: RealServerSnapshot): Span {
  if (drain) return span(drain.why, 'plain');
  return span(reason, health === 'down' ? 'bad' : 'faint');
}

export function serviceLine(service: ServiceSnapshot, { known, theme }: RowContext): Line {
  const { quorum, sorry, persistenceTimeout, fwmark } = service;
  const state: Span = !known
    ? span(`${theme.glyphs.unknown} UNKNOWN`, 'bad')
    : quorum.up
      ? span(`${theme.glyphs.up} UP`, 'good')
      : span(`${theme.glyphs.down} DOWN`, 'bad');
  const rest: Span[] = [
    ...(sorry && known && sorry.active
      ? [span(` ${theme.glyphs.dot} SORRY SERVER ${sorry.address}:${sorry.port}`, 'bad')]
      : []),
    span(` ${service.scheduler} ${service.method}`),
    span(
      ` ${theme.glyphs.dot} quorum ${known ? quorum.alive : '?'} (needs ${quorum.needed})`,
      !known || quorum.up ? 'plain' : 'bad',
    ),
  ];
  if (persistenceTimeout !== null) rest.push(span(` ${theme.glyphs.dot} persistent ${persistenceTimeout}s`));
  if (fwmark !== null) rest.push(span(` ${theme.glyphs.dot} fwmark ${fwmark}`));
  return [
    span(''),
    state,
    span(' '.repeat(Math.max(1, 12 - state.text.length))),
    span(serviceName(service), 'strong'),
    ...rest,
  ];
}
