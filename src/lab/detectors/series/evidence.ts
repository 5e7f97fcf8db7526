import { formatDuration } from '../../../base/format-time.ts';
import { minuteMs } from '../../../base/time.ts';
import { formatAmount, inThousands, withDigits } from '../../../base/words.ts';
import type { EarlyRange } from '../records/early-range.ts';
import type { RecordPart } from '../records/record-scorer.ts';
import type { SeasonalDeviation } from './seasonal-scan.ts';
import type { EqualRun } from './stuck-value.ts';

/** "12 in the last 4 h, 118 expected at this time of day (5.2 standard deviations too few)"; of daily samples "by the day of the week" */
export function evidenceOfSpan(
  { z, hours, actual, expected }: SeasonalDeviation,
  { isCount, isDaily }: { readonly isCount: boolean; readonly isDaily: boolean },
): string {
  const span = spanOf(hours, isDaily);
  const season = isDaily ? 'by the day of the week' : 'at this time of day';
  const direction = isCount ? (z > 0 ? 'too many' : 'too few') : z > 0 ? 'too high' : 'too low';
  const found = isCount ? inThousands(Math.round(actual)) : `mean ${withDigits(actual, 4)}`;
  const usual = isCount ? formatAmount(expected) : withDigits(expected, 3);
  return `${found} in the last ${span}, ${usual} expected ${season} (${withDigits(Math.abs(z), 2)} standard deviations ${direction})`;
}

function spanOf(hours: number, isDaily: boolean): string {
  if (isDaily) return hours === 24 ? 'day' : `${hours / 24} days`;
  return hours < 1 ? `${Math.round(60 * hours)} min` : `${withDigits(hours, 3)} h`;
}

const records: Readonly<Record<RecordPart, string>> = {
  range: 'how far the value lies beyond all before it',
  shape: 'how far the course of the last 36 values is from any before',
  level6: 'how much the mean of the last 6 values differs from the mean of the 6 before',
  level24: 'how much the mean of the last 24 values differs from the mean of the 24 before',
  step: 'the step from the value before',
  season: 'how far the mean of the last 6 values is from that of other days at this time',
};

/** "value 99.1: the step from the value before is 2.3 times the largest so far" */
export function evidenceOfRecord(part: RecordPart, value: number, odds: number): string {
  return `value ${withDigits(value, 4)}: ${records[part]} is ${odds >= 10 ? 'more than 10' : withDigits(odds, 2)} times the largest so far`;
}

/** "value 99.1: the 37 values before it are from 4.2 to 19" */
export function evidenceOfEarlyRange(value: number, before: EarlyRange['known']): string {
  const { values, lowest, highest } = before;
  return `value ${withDigits(value, 4)}: the ${values} values before it are from ${withDigits(lowest, 4)} to ${withDigits(highest, 4)}`;
}

/** "the same value, 21.4, for 26 h (156 times in a row), usually at most 3 h" */
export function evidenceOfRun({ value, values, lastsMs, usualMs }: EqualRun): string {
  return `the same value, ${withDigits(value, 4)}, for ${formatDuration(lastsMs / minuteMs)} (${values} times in a row), usually at most ${formatDuration(usualMs / minuteMs)}`;
}
