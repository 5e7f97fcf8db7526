import { sum } from '../../base/sum.ts';
import { failsUpTo, formatChance, passesAbove, verdictOfChance } from './chance.ts';
import { type Finding, percent, rounded, tooFewToTell } from './finding.ts';
import { kolmogorovSmirnov, uniformDistance } from './kolmogorov-smirnov.ts';

/** With this many labels, a distance of 0.29 from uniform (such as none in the first 29 %) gives p = 0.05. */
const leastPositions = 20;
/** The last share of a run, in which a detector that only knows how runs end would alarm. */
const lastShare = 0.1;

/**
 * Whether labels are spread evenly over their runs: the Kolmogorov-Smirnov test against uniform, and whether a detector that alarms only in
 * the last tenth of each run finds more than a tenth of them (run-to-failure bias).
 *
 * @param positions of the labels' starts, relative to their run [0, 1]
 */
export function positionBias(positions: readonly number[]): Finding {
  const count = positions.length;
  const distance = uniformDistance(positions);
  const uniformP = kolmogorovSmirnov(distance, count);
  const last = positions.filter(position => position >= 1 - lastShare).length;
  const lastP = binomialTail(last, count, lastShare);
  const pValue = Math.min(uniformP, lastP);
  const isEnough = count >= leastPositions;
  const verdict = count === 0 ? 'undecided' : verdictOfChance(pValue, isEnough);
  const found = `starts have a distance of ${rounded(distance, 2)} from uniform (${formatChance(uniformP)}), and ${percent(count === 0 ? 0 : last / count)} of them are in the last ${percent(lastShare)} of the run (${formatChance(lastP)})`;
  const unclear = isEnough
    ? `${found}: undecided between chance (p above ${passesAbove}) and bias (up to ${failsUpTo}); audit more datasets together`
    : `${tooFewToTell(count, leastPositions)}; ${found}`;
  return {
    check: 'position bias',
    anomaly: null,
    verdict,
    sentence:
      count === 0
        ? 'there is no label'
        : verdict === 'undecided'
          ? unclear
          : `${count} ${found}${verdict === 'fail' ? ': labels can be found by their position' : ''}`,
    figures: {
      labels: count,
      leastLabels: leastPositions,
      mean: count === 0 ? null : sum(positions, position => position) / count,
      distance,
      uniformP,
      inLastTenth: last,
      lastTenthP: lastP,
    },
  };
}

/** The chance of at least `successes` in `trials` of probability `share`. Example: 3 of 5 at 0.1: 0.00856. */
export function binomialTail(successes: number, trials: number, share: number): number {
  let below = 0;
  let term = (1 - share) ** trials;
  for (let count = 0; count < successes; count += 1) {
    below += term;
    term *= ((trials - count) / (count + 1)) * (share / (1 - share));
  }
  return Math.min(1, Math.max(0, 1 - below));
}
