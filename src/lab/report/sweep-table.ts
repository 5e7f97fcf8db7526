import { isEntityAnomaly } from '../evaluation/matching.ts';
import type { SweepPoint } from '../evaluation/sweep-points.ts';
import { formatTable } from './table.ts';

/** Recall by strength, a row a detector and a column a strength, with the median delay in minutes behind it: "0.83 45". */
export function sweepTable(points: readonly SweepPoint[]): string {
  return [...new Set(points.map(({ anomaly }) => anomaly))]
    .map(anomaly => {
      const mine = points.filter(point => point.anomaly === anomaly);
      const strengths = [...new Set(mine.map(({ strength }) => strength))].sort((a, b) => a - b);
      const detectors = [...new Set(mine.map(({ detector }) => detector))];
      const rows = detectors.map(detector => {
        const own = mine.filter(point => point.detector === detector);
        const cells = strengths.map(strength => cell(own.find(point => point.strength === strength)));
        return [detector, own[0]?.role ?? '', ...cells];
      });
      const most = detectors[0];
      const labels = strengths.map(
        strength => mine.find(point => point.detector === most && point.strength === strength)?.labels ?? 0,
      );
      const axis = isEntityAnomaly(anomaly) ? 'size (1 subtle)' : 'z';
      return [
        `${anomaly}: recall and median delay [min] by ${axis}`,
        formatTable(['detector', 'role', ...strengths.map(String)], [...rows, ['labels', '', ...labels.map(String)]], {
          rightFrom: 2,
        }),
      ].join('\n');
    })
    .join('\n\n');
}

function cell(point: SweepPoint | undefined): string {
  if (point === undefined) return '-';
  const { recall, delayMinutesMedian: delay } = point;
  return `${recall.toFixed(2)} ${(delay === null ? '-' : delay.toFixed(0)).padStart(3)}`;
}
