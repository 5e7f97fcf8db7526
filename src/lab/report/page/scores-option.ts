import type { ReportedScores } from '../report-data.ts';
import { type ChartOption, common, grid, tooltip, valueAxis } from './chart-theme.ts';

/** A histogram of scores, for normal and for anomalous units; the threshold is a line. */
export function scoresOption(scores: ReportedScores, threshold: number): ChartOption {
  const { low, high, isLogarithmic = false } = scores;
  const share = (bin: number) => (bin + 0.5) / scores.negatives.length;
  const centre = (bin: number) =>
    isLogarithmic ? low * Math.exp(share(bin) * Math.log(high / low)) : low + share(bin) * (high - low);
  // A logarithmic axis has no zero: an empty bin has no bar.
  const bars = (counts: readonly number[]) => counts.map((count, bin) => [centre(bin), count === 0 ? null : count]);
  return {
    ...common,
    tooltip: { ...tooltip, trigger: 'axis', axisPointer: { type: 'shadow' } },
    legend: { top: 0, left: 0, textStyle: { color: '--text' }, inactiveColor: '--faint' },
    grid: { ...grid, top: 40, bottom: 44 },
    xAxis: {
      ...valueAxis,
      name: scores.isCut ? 'score (the last bar holds all above)' : isLogarithmic ? 'score (logarithmic)' : 'score',
      ...(isLogarithmic ? { type: 'log' } : {}),
      axisLabel: { color: '--muted', showMinLabel: false, showMaxLabel: false },
      nameGap: 26,
      min: scores.low,
      max: scores.high,
      splitLine: { show: false },
    },
    yAxis: {
      ...valueAxis,
      type: 'log',
      name: 'units (logarithmic)',
      min: 0.5,
      axisLabel: { color: '--muted', showMinLabel: false },
    },
    series: [
      {
        type: 'bar',
        name: 'normal units',
        data: bars(scores.negatives),
        color: '--c1',
        barGap: '0%',
        barCategoryGap: '10%',
        markLine: {
          symbol: 'none',
          silent: true,
          data: [{ xAxis: threshold }],
          lineStyle: { color: '--text', type: 'dashed', width: 1.5 },
          label: { formatter: 'threshold', color: '--text', position: 'end' },
        },
      },
      { type: 'bar', name: 'anomalous units', data: bars(scores.positives), color: '--blatant' },
    ],
  };
}
