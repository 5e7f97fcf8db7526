import { formatMinute, hourMs } from '../../../base/time.ts';
import type { Unit } from '../../features/feature-set.ts';
import { channelInWords } from '../../features/series-channels.ts';
import type { Evidence } from '../detector.ts';
import type { FamilyScore } from './scan-families.ts';
import { type ScanSeries, totalColumn } from './scan-spans.ts';

/** The strongest family of a window in a sentence: what was counted in which hours, and what was expected; or how long reactions are overdue. */
export function scanEvidence(
  unit: Unit,
  scores: readonly FamilyScore[],
  overdue: { readonly ratio: number; readonly minutes: number },
  series: Pick<ScanSeries, 'channels' | 'columns' | 'pairs' | 'windowMs'>,
): Evidence {
  const until = formatMinute(unit.endMs);
  const best = scores.reduce<FamilyScore | undefined>(
    (strongest, each) => (strongest === undefined || each.ratio > strongest.ratio ? each : strongest),
    undefined,
  );
  if (overdue.ratio > 0 && overdue.ratio >= (best?.ratio ?? 0)) {
    const text = `low: until ${until} messages of ${rounded(overdue.minutes)} min lack their usual reaction, or got it late`;
    return { text, features: { 'overdue [min]': overdue.minutes } };
  }
  const span = best?.strongest;
  if (best === undefined || span === undefined) return { text: 'too few windows yet', features: {} };
  const hours = (span.windows * series.windowMs) / hourMs;
  const [counted, expected] = [rounded(span.count), rounded(span.expected)];
  const pair = series.pairs[span.column - series.columns.length];
  const names = series.channels.names;
  const name = pair === undefined ? (series.columns[span.column] ?? '') : (names[pair.follower] ?? '');
  const driver = pair === undefined ? '' : ` by ${names[pair.driver]}`;
  return {
    text: `${span.z < 0 ? 'low' : 'high'}: ${counted} ${name === totalColumn ? 'messages' : channelInWords(name)} in ${hours} h until ${until}, ${expected} expected${driver}`,
    features: { counted, expected, hours, [`${best.family.id} score`]: rounded(best.ratio) },
  };
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
