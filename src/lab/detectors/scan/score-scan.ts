import type { Scorer } from '../detector.ts';
import { endedScores } from './ended-scores.ts';
import type { LoadedScan } from './load-scan.ts';
import { overdueMinutes, overdueStatistic } from './overdue.ts';
import type { ScanParts } from './scan.ts';
import { scanEvidence } from './scan-evidence.ts';
import { familyScores, readByFamilies, strongestOf } from './scan-families.ts';
import { scanStatistics } from './scan-statistics.ts';

/**
 * Scores a stream, unit by unit.
 *
 * @param decide the loaded judge
 */
export function scoreScan(
  { features, series }: Pick<ScanParts, 'features' | 'series'>,
  { learnt, paired, forecastOf, pairsOf }: LoadedScan,
  decide: (ratios: readonly number[]) => number,
): Scorer {
  const { families } = series;
  const { cells, familyScales } = learnt.scan;
  const ofColumns = scanStatistics({ ...series, pairs: [] }, cells, readByFamilies(families, paired));
  const strongestByFamily = familyScores(families, paired);
  const whileItLasts = endedScores(series, cells);
  return {
    score(unit) {
      const statistics = [...ofColumns({ counts: unit.features, forecast: forecastOf(unit) }), ...pairsOf(unit)];
      const scores = strongestByFamily(statistics).map((score, family) => ({
        ...score,
        ratio: score.ratio / (familyScales[family] ?? 1),
      }));
      const minutes = overdueMinutes(unit, features);
      const overdue = { minutes, ratio: overdueStatistic(minutes) / learnt.overdueScale };
      const judged = decide(scores.map(({ ratio }) => ratio));
      // The end of what is overdue shows by itself.
      const raisedBy = overdue.ratio >= judged ? undefined : strongestOf(scores)?.strongest;
      const score = whileItLasts({ score: Math.max(overdue.ratio, judged), statistics, raisedBy });
      return [{ unit, score, explain: () => scanEvidence(unit, scores, overdue, paired) }];
    },
  };
}
