/** What came of an operation, in one line: the word, the figures predicted beside the measured ones, the text. */
import type { OperationResult, ResultWord } from '../control/operations.ts';
import { type Line, type Span, span } from './line.ts';
import type { Outcome } from './model.ts';
import type { Tone } from './theme.ts';
import { exact } from './words.ts';

const TONES: Readonly<Record<string, Tone> & Record<ResultWord, Tone>> = {
  OK: 'good',
  OK_WITH_WARNINGS: 'warn',
  ROLLED_BACK: 'warn',
  INCOMPLETE: 'bad',
  REFUSED: 'bad',
};
/** A word of a younger engine than this console has no tone. */
export const resultTone = (word: string): Tone => TONES[word] ?? 'plain';

const WORST: readonly ResultWord[] = ['REFUSED', 'INCOMPLETE', 'ROLLED_BACK', 'OK_WITH_WARNINGS', 'OK'];

export function outcomeLine(outcomes: readonly Outcome[]): Line {
  const [first] = outcomes;
  if (!first) return [];
  if (outcomes.length > 1) return manyLine(outcomes);
  const { request, result, error } = first;
  const name = span(` ${request.verb} ${request.target}`, 'strong');
  if (!result) return [span('FAILED', 'bad'), name, span(`: ${error}`)];
  return [span(result.result, resultTone(result.result)), name, ...figures(result), span(`: ${result.text}`)];
}

function manyLine(outcomes: readonly Outcome[]): Line {
  const failed = outcomes.find(({ result }) => !result);
  const words = outcomes.flatMap(({ result }) => (result ? [result.result] : []));
  const worst = WORST.find((word) => words.includes(word)) ?? 'REFUSED';
  const worstOf = failed ?? outcomes.find(({ result }) => result?.result === worst);
  const good = words.filter((word) => word === 'OK').length;
  const head: Span = failed ? span('FAILED', 'bad') : span(worst, resultTone(worst));
  const detail =
    good === outcomes.length ? '' : `; ${worstOf?.request.target}: ${worstOf?.error ?? worstOf?.result?.text ?? ''}`;
  return [head, span(` ${outcomes[0]?.request.verb}: ${good} of ${outcomes.length} OK`, 'strong'), span(detail)];
}

function figures({ predicted, measured }: OperationResult): Line {
  const pair = (name: string, expected: number | null, seen: number | null): Line =>
    expected === null && seen === null
      ? []
      : [
          span(`, ${name} `),
          span(seen === null ? 'not measured' : exact(seen), 'strong'),
          span(expected === null ? '' : ` (predicted ${exact(expected)})`, 'faint'),
        ];
  return [
    ...pair('take-over', predicted.takeOverMs, measured.takeOverMs),
    ...pair('gap', predicted.gapMs, measured.gapMs),
  ];
}
