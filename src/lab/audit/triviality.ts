import { groupBy } from '../../base/group-by.ts';
import { intensities } from '../../data/dataset/anomaly-facts.ts';
import type { Label } from '../../data/dataset/truth.ts';
import { isEntityAnomaly } from '../evaluation/matching.ts';
import { groupKey } from '../evaluation/run-outcome.ts';
import type { AnomalyInput } from './dataset-facts.ts';
import type { Extremes } from './extremes.ts';
import { type Finding, percent, tooFewToTell } from './finding.ts';

/**
 * At most this share of the subtle cases may be solved by one line of code (Wu & Keogh's flaw; 28 of NAB's 52 series are solved). For anomalies
 * of users and products it is what `subtle` means: features that were made for them find the others.
 */
const largestTrivialShare = { ofShop: 0.2, ofEntities: 0.6 } as const;
/** With fewer cases, a single solved one would exceed the allowed share. */
const leastCases = 5;

/** One dataset's labels of an anomaly, and the highest score of each way in them. */
type TrivialityInput = Pick<AnomalyInput, 'labels' | 'extremes' | 'prefix'>;

/** Labels of one kind in one dataset, and the ways to catch them all without an alarm outside. */
type Case = {
  readonly intensity: string;
  readonly label: string;
  readonly caughtBy: readonly string[];
  /** How many ways would catch it by luck. */
  readonly byLuck: number;
};

function isSolved({ caughtBy, byLuck }: Case): boolean {
  return caughtBy.length > byLuck;
}

/**
 * Whether one line of code, with one threshold chosen with knowledge of the labels, could replace a detector. A case is the labels of one
 * variant and intensity in one dataset; it is solved if one way to score goes higher in each of its labels than anywhere outside. A feature has one
 * threshold for all datasets. Counts differ from dataset to dataset, so one-liners on them may have one each.
 * The share is printed for every intensity. Only `subtle` cases are judged: one line of code is meant to find the others.
 */
export function triviality(anomaly: string, inputs: readonly TrivialityInput[], ways: string): Finding {
  const outsideOfAll = highestOutside(inputs);
  const cases = inputs.flatMap(input => casesOf(withThresholds(input, outsideOfAll)));
  const judged = cases.filter(({ intensity }) => intensity === 'subtle');
  const solved = judged.filter(isSolved);
  const limit = largestTrivialShare[isEntityAnomaly(anomaly) ? 'ofEntities' : 'ofShop'];
  const share = judged.length === 0 ? 0 : solved.length / judged.length;
  const ofIntensity = groupBy(cases, ({ intensity }) => intensity);
  const byIntensity = Object.fromEntries(
    [...new Set([...intensities, ...ofIntensity.keys()])].flatMap(intensity => {
      const of = ofIntensity.get(intensity);
      return of === undefined ? [] : [[intensity, { cases: of.length, solved: of.filter(isSolved).length }] as const];
    }),
  );
  const best = bestWay(judged);
  const isEnough = judged.length >= leastCases;
  const steps = Object.entries(byIntensity).map(([name, { cases: all, solved: some }]) => `${name} ${some} of ${all}`);
  const found = `caught by ${ways} with a threshold chosen in hindsight, and no alarm outside labels: ${steps.join(', ')}`;
  return {
    check: 'one-liners',
    anomaly,
    verdict: !isEnough ? 'undecided' : share > limit ? 'fail' : 'pass',
    sentence: isEnough
      ? `${found}; ${percent(share)} of the subtle ones, at most ${percent(limit)} allowed`
      : `${tooFewToTell(judged.length, leastCases, 'subtle case')}; ${found}`,
    figures: {
      share,
      limit,
      byIntensity,
      bestSingleWay: best,
      cases: cases.map(({ intensity, label, caughtBy, byLuck }) => ({
        intensity,
        label,
        ways: caughtBy.length,
        byLuck,
        example: caughtBy[0] ?? null,
      })),
    },
  };
}

/** By way, the highest score outside of the labels of any dataset. */
function highestOutside(inputs: readonly TrivialityInput[]): readonly number[] {
  const ways = inputs[0]?.extremes.ways ?? [];
  return ways.map((_, way) =>
    Math.max(...inputs.map(({ extremes }) => extremes.outside[way] ?? Number.NEGATIVE_INFINITY)),
  );
}

function withThresholds(input: TrivialityInput, outside: readonly number[]): TrivialityInput {
  const isSeries = input.extremes.byLuck !== undefined;
  return isSeries ? input : { ...input, extremes: { ...input.extremes, outside } };
}

function casesOf({ labels, extremes, prefix }: TrivialityInput): readonly Case[] {
  return [...groupBy(labels, groupKey).values()].map(same => ({
    intensity: same[0].intensity,
    label: same.map(({ id }) => `${prefix}${id}`).join(' '),
    byLuck: Math.min(...same.map(({ id }) => extremes.byLuck?.get(id) ?? 0)),
    caughtBy: extremes.ways.filter((_, way) => same.every(label => isCaught(label, way, extremes))),
  }));
}

/** False where no score is outside the labels: then there is no false alarm to avoid. */
function isCaught({ id }: Label, way: number, { outside, inside }: Extremes): boolean {
  const highest = outside[way] ?? Number.NEGATIVE_INFINITY;
  return Number.isFinite(highest) && (inside.get(id)?.[way] ?? Number.NEGATIVE_INFINITY) > highest;
}

function bestWay(cases: readonly Case[]): { readonly way: string; readonly cases: number } | null {
  const counts = new Map<string, number>();
  for (const { caughtBy } of cases) for (const way of caughtBy) counts.set(way, (counts.get(way) ?? 0) + 1);
  const [best] = [...counts].sort(([a, some], [b, more]) => more - some || (a < b ? -1 : 1));
  return best === undefined ? null : { way: best[0], cases: best[1] };
}
