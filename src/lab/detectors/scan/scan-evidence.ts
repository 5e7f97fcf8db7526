import { formatMinute, hourMs } from '../../../base/time.ts';
import { firstOf, formatAmount } from '../../../base/words.ts';
import type { Unit } from '../../features/feature-set.ts';
import { channelInWords } from '../../features/series-channels.ts';
import type { Evidence } from '../detector.ts';
import { firstPair } from './fit-scan.ts';
import { type FamilyScore, strongestOf } from './scan-families.ts';
import { type ScanSeries, totalColumn } from './scan-series.ts';

/** Types of reactions that a sentence names. */
const namedAtMost = 3;

/** The strongest family of a window in a sentence: what was counted in which hours, and what was expected; or how long reactions are overdue. */
export function scanEvidence(
  unit: Unit,
  scores: readonly FamilyScore[],
  overdue: { readonly ratio: number; readonly minutes: number },
  series: Pick<ScanSeries, 'channels' | 'columns' | 'given' | 'pairs' | 'windowMs'>,
): Evidence {
  const until = formatMinute(unit.endMs);
  const best = strongestOf(scores);
  if (overdue.ratio > 0 && overdue.ratio >= (best?.ratio ?? 0)) {
    const lacking = firstOf([...new Set(unit.lacking)], namedAtMost);
    const text = `low: in ${formatAmount(overdue.minutes)} min until ${until}, messages lack their usual ${lacking}`;
    return { text, features: { 'overdue [min]': overdue.minutes } };
  }
  const span = best?.strongest;
  if (best === undefined || span === undefined) return { text: 'too few windows yet', features: {} };
  const hours = (span.windows * series.windowMs) / hourMs;
  const [name, other] = namesOf(span.column, series);
  return {
    text: `${span.z < 0 ? 'low' : 'high'}: ${formatAmount(span.count)} ${name === totalColumn ? 'messages' : channelInWords(name)} in ${hours} h until ${until}, ${formatAmount(span.expected)} expected${other === undefined ? '' : ` from ${other}`}`,
    features: {
      ...{ counted: rounded(span.count), expected: rounded(span.expected), hours },
      [`${best.family.id} score`]: rounded(best.ratio),
    },
  };
}

/** The name of what was counted, and of what it was compared with in the same span. */
function namesOf(
  column: number,
  series: Pick<ScanSeries, 'channels' | 'columns' | 'given' | 'pairs'>,
): readonly [string, string?] {
  const { names } = series.channels;
  const given = series.given?.[column - series.columns.length];
  if (given !== undefined) {
    const { column, given: other, without } = given;
    const name = without === undefined ? column : `${column} without ${without}`;
    return other === undefined ? [name] : [name, other];
  }
  const pair = series.pairs[column - firstPair(series)];
  if (pair !== undefined) return [names[pair.follower] ?? '', names[pair.driver] ?? ''];
  return [series.columns[column] ?? ''];
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
