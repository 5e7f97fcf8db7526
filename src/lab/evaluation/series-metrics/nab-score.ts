import { sum } from '../../../base/sum.ts';
import type { Segment } from './segments.ts';

/** What a hit, a false alarm and a missed window count in each of the NAB's profiles. */
export const nabProfiles = {
  standard: { hit: 1, falseAlarm: 0.11, miss: 1 },
  reward_low_FP_rate: { hit: 1, falseAlarm: 0.22, miss: 1 },
  reward_low_FN_rate: { hit: 1, falseAlarm: 0.11, miss: 2 },
} as const;
export type NabProfile = keyof typeof nabProfiles;

/** The rows of one file, from 0. */
export type NabFile = { readonly scores: readonly number[]; readonly windows: readonly Segment[] };

/** Rows of a file at its beginning that are not scored: 15 %, at most 750. */
function probationRows(rows: number): number {
  return Math.min(Math.floor(0.15 * rows), 750);
}

/** Windows with a row that is scored. */
function windowsOf({ scores, windows }: NabFile): readonly Segment[] {
  return windows.filter(({ last }) => last >= probationRows(scores.length));
}

function scoredWindows(files: readonly NabFile[]): number {
  return sum(files, file => windowsOf(file).length);
}

/** The scoring curve: 1 long before the end of a window, 0 at its end, -1 long after it. */
function sigmoid(position: number): number {
  return position > 3 ? -1 : 2 / (1 + Math.exp(5 * position)) - 1;
}

const earliest = sigmoid(-1);

/**
 * The score of the Numenta Anomaly Benchmark at one threshold: 0 is a detector that never alarms, 100 one that alarms at the start of each window and
 * never else. Each row outside the windows whose score reaches the threshold is a false alarm. Lavin and Ahmad, 2015, as `nab/sweeper.py` computes it.
 *
 * @returns null without a window that is scored
 */
export function nabScore(files: readonly NabFile[], threshold: number, profile: NabProfile): number | null {
  const windows = scoredWindows(files);
  const { hit, miss } = nabProfiles[profile];
  if (windows === 0) return null;
  const raw = sum(files, file => rawScore(file, threshold, profile));
  return (100 * (raw + miss * windows)) / ((hit + miss) * windows);
}

/**
 * The NAB's score at the threshold at which it is highest, common to all files: with knowledge of the labels, as the NAB publishes it.
 *
 * @returns null without a window that is scored
 */
export function bestNabScore(
  files: readonly NabFile[],
  profile: NabProfile,
): { readonly threshold: number; readonly score: number } | null {
  const windows = scoredWindows(files);
  if (windows === 0) return null;
  const { hit, miss } = nabProfiles[profile];
  const gains = files.flatMap(file => gainsOf(file, profile)).sort((a, b) => b.score - a.score);
  // A window's gain is that of its earliest row so far, so it is replaced as the threshold falls.
  const best = new Map<object, number>();
  let raw = -miss * windows;
  let highest = { threshold: Number.POSITIVE_INFINITY, raw };
  for (const [index, { score, gain, window }] of gains.entries()) {
    if (window === undefined) raw += gain;
    else {
      const before = best.get(window) ?? -miss;
      if (gain > before) {
        raw += gain - before;
        best.set(window, gain);
      }
    }
    const isLastOfScore = gains[index + 1]?.score !== score;
    if (isLastOfScore && raw > highest.raw) highest = { threshold: score, raw };
  }
  return { threshold: highest.threshold, score: (100 * (highest.raw + miss * windows)) / ((hit + miss) * windows) };
}

function rawScore(file: NabFile, threshold: number, profile: NabProfile): number {
  const best = new Map<object, number>(windowsOf(file).map(window => [window, -nabProfiles[profile].miss]));
  let falseAlarms = 0;
  for (const { score, gain, window } of gainsOf(file, profile)) {
    if (score < threshold) continue;
    if (window === undefined) falseAlarms += gain;
    else best.set(window, Math.max(gain, best.get(window) ?? gain));
  }
  return falseAlarms + sum([...best.values()], gain => gain);
}

/** What an alarm at each scored row counts. */
type Gain = { readonly score: number; readonly gain: number; readonly window: Segment | undefined };

function gainsOf({ scores, windows }: NabFile, profile: NabProfile): readonly Gain[] {
  const { hit, falseAlarm } = nabProfiles[profile];
  const sorted = [...windows].sort((a, b) => a.first - b.first);
  const gains: Gain[] = [];
  let next = 0;
  for (let row = probationRows(scores.length); row < scores.length; row++) {
    while (next < sorted.length && (sorted[next]?.last ?? 0) < row) next += 1;
    const window = sorted[next];
    const before = sorted[next - 1];
    const score = scores[row] ?? 0;
    if (window !== undefined && row >= window.first) {
      const width = window.last - window.first + 1;
      gains.push({ score, gain: (hit * sigmoid(-(window.last - row + 1) / width)) / earliest, window });
    } else {
      const behind = before === undefined ? Number.POSITIVE_INFINITY : row - before.last;
      const width = before === undefined ? 1 : before.last - before.first;
      gains.push({ score, gain: falseAlarm * sigmoid(behind / width), window: undefined });
    }
  }
  return gains;
}
