import type { Label } from '../../data/dataset/truth.ts';
import type { Extremes } from './extremes.ts';
import { type Finding, percent, tooFewToTell } from './finding.ts';

/** At most this share of cases may be solved by one line of code (Wu & Keogh's flaw; 28 of NAB's 52 series are solved). */
const largestTrivialShare = 0.2;
/** With fewer cases, a single solved one would exceed the allowed share. */
const leastCases = 5;

/** One dataset's labels of an anomaly, and the highest score of each way in them. */
export type TrivialityInput = {
  readonly labels: readonly Label[];
  readonly extremes: Extremes;
  /** Goes before the ids of labels: 'seed-7/'; default: nothing. */
  readonly prefix?: string | undefined;
};

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
 * variant and intensity in one dataset; it is solved if one way to score goes higher in each of its labels than anywhere outside.
 * `blatant` cases are meant to be solved, so they are counted separately.
 */
export function triviality(anomaly: string, inputs: readonly TrivialityInput[], ways: string): Finding {
  const cases = inputs.flatMap(casesOf);
  const judged = cases.filter(({ intensity }) => intensity !== 'blatant');
  const solved = judged.filter(isSolved);
  const share = judged.length === 0 ? 0 : solved.length / judged.length;
  const intensities = ['blatant', 'moderate', 'subtle', ...new Set(cases.map(({ intensity }) => intensity))];
  const byIntensity = Object.fromEntries(
    [...new Set(intensities)].flatMap(intensity => {
      const of = cases.filter(one => one.intensity === intensity);
      return of.length === 0 ? [] : [[intensity, { cases: of.length, solved: of.filter(isSolved).length }] as const];
    }),
  );
  const best = bestWay(judged);
  const isEnough = judged.length >= leastCases;
  const steps = Object.entries(byIntensity).map(([name, { cases: all, solved: some }]) => `${name} ${some} of ${all}`);
  const found = `${ways} with a threshold chosen in hindsight catches, without an alarm outside: ${steps.join(', ')}`;
  return {
    check: 'one-liners',
    anomaly,
    verdict: !isEnough ? 'undecided' : share > largestTrivialShare ? 'fail' : 'pass',
    sentence: isEnough
      ? `${found}; ${percent(share)} of those not blatant, at most ${percent(largestTrivialShare)} allowed`
      : `${tooFewToTell(judged.length, leastCases, 'case that is not blatant', 'cases that are not blatant')}; ${found}`,
    figures: {
      share,
      limit: largestTrivialShare,
      byIntensity,
      bestSingleWay: best,
      waysWhoseHighestScoreIsInALabel: inputs.map(highestInside),
      datasetsSolvedByOneThreshold: inputs.filter(isSolvedAsAWhole).length,
      caughtByAnyWay: judged.filter(({ caughtBy }) => caughtBy.length > 0).length,
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

function casesOf({ labels, extremes, prefix = '' }: TrivialityInput): readonly Case[] {
  const kindOf = ({ variant, intensity }: Label) => `${variant}/${intensity}`;
  return [...new Set(labels.map(kindOf))]
    .map(kind => labels.filter(label => kindOf(label) === kind))
    .map(same => ({
      intensity: same[0]?.intensity ?? '',
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

/** Wu & Keogh's weaker question: of how many ways is the highest score of all in a label? */
function highestInside({ labels, extremes }: TrivialityInput): { readonly ways: number; readonly of: number } {
  const ways = extremes.ways.filter((_, way) => labels.some(label => isCaught(label, way, extremes)));
  return { ways: ways.length, of: extremes.ways.length };
}

function isSolvedAsAWhole({ labels, extremes }: TrivialityInput): boolean {
  return extremes.ways.some((_, way) => labels.every(label => isCaught(label, way, extremes)));
}
