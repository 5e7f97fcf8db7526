import { minuteMs } from '../../base/time.ts';
import { area, type ChartOption, common, formatStep, grid, timeAxis, tooltip, valueAxis, zoom } from './chart-theme.ts';
import type { ReportedForecast, ReportedIntervention } from './report-data.ts';

/** Forecast with its band against what was counted; hours outside the band are marked. */
export function forecastOption(
  forecast: Pick<ReportedForecast, 'startMs' | 'stepMinutes'>,
  channel: ReportedForecast['channels'][number],
  labels: readonly ReportedIntervention[],
): ChartOption {
  const at = (index: number) => forecast.startMs + index * forecast.stepMinutes * minuteMs;
  const line = (values: readonly (number | null)[]) => values.map((value, index) => [at(index), value]);
  const outside = channel.actual.flatMap((actual, index) => {
    const low = channel.low[index] ?? null;
    const high = channel.high[index] ?? null;
    if (actual === null || low === null || high === null || (actual >= low && actual <= high)) return [];
    return [[at(index), actual]];
  });
  const hidden = {
    type: 'line',
    showSymbol: false,
    lineStyle: { opacity: 0 },
    stack: 'band',
    tooltip: { show: false },
  };
  return {
    ...common,
    tooltip: { ...tooltip, trigger: 'axis', axisPointer: { type: 'line' } },
    legend: {
      top: 0,
      left: 0,
      textStyle: { color: '--text' },
      inactiveColor: '--faint',
      itemWidth: 18,
      itemHeight: 10,
      data: [
        { name: 'actual', icon: 'path://M0 4h10v2h-10z' },
        { name: 'forecast', icon: 'path://M0 4h4v2h-4zM6 4h4v2h-4z' },
        { name: 'band', icon: 'rect' },
        { name: 'outside the band', icon: 'circle' },
      ],
    },
    grid: { ...grid, top: 40, bottom: 74 },
    xAxis: { ...timeAxis, min: at(0), max: at(channel.actual.length) },
    yAxis: { ...valueAxis, name: `messages per ${formatStep(forecast.stepMinutes)}` },
    dataZoom: zoom([0], undefined),
    series: [
      { ...hidden, name: 'below the band', data: line(channel.low), color: '--forecast' },
      {
        ...hidden,
        name: 'band',
        data: line(channel.high.map((high, index) => (high === null ? null : high - (channel.low[index] ?? 0)))),
        color: '--forecast',
        areaStyle: { color: '--forecast', opacity: 0.22 },
      },
      {
        type: 'line',
        name: 'forecast',
        data: line(channel.forecast),
        showSymbol: false,
        color: '--forecast',
        lineStyle: { type: 'dashed', width: 1.5 },
      },
      {
        type: 'line',
        name: 'actual',
        data: line(channel.actual),
        showSymbol: false,
        color: '--text',
        lineStyle: { width: 1.6 },
        markArea: { silent: true, data: labels.map(label => area(label, 0.55)) },
      },
      {
        type: 'scatter',
        name: 'outside the band',
        data: outside,
        symbol: 'circle',
        symbolSize: 7,
        color: '--wrong',
        itemStyle: { color: '--card', borderColor: '--wrong', borderWidth: 2 },
        tooltip: { show: false },
      },
    ],
  };
}
