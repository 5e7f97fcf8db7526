import { channelInWords } from '../features/series-channels.ts';
import { escaped } from './html.ts';
import type {
  AnomalyReport,
  ReportedAlarm,
  ReportedForecast,
  ReportedIntervention,
  ReportedScores,
} from './report-data.ts';
import { momentText, spanText } from './time-text.ts';

/**
 * Options of Apache ECharts as plain JSON. Colours are names of CSS variables ('--truth'), which the page resolves, so that one set of options serves
 * light, dark and paper.
 */
export type ChartOption = Readonly<Record<string, unknown>>;

/** The plots of a page begin and end at the same place, so that times can be compared by eye. */
const grid = { left: 84, right: 18, outerBoundsMode: 'none' };
const timeAxis = {
  type: 'time',
  minInterval: 3_600_000,
  splitNumber: 10,
  axisLine: { lineStyle: { color: '--line' } },
  axisLabel: {
    color: '--muted',
    hideOverlap: true,
    showMaxLabel: false,
    formatter: {
      year: '{ee} {d} {MMM}',
      month: '{ee} {d} {MMM}',
      day: '{ee} {d} {MMM}',
      hour: '{HH}:{mm}',
      minute: '{HH}:{mm}',
    },
  },
};
const valueAxis = {
  type: 'value',
  nameLocation: 'middle',
  nameGap: 52,
  nameTextStyle: { color: '--muted' },
  axisLabel: { color: '--muted', hideOverlap: true },
  splitLine: { lineStyle: { color: '--grid' } },
};
const common = {
  useUTC: true,
  animation: false,
  backgroundColor: 'transparent',
  textStyle: { fontFamily: 'system-ui, sans-serif' },
};
const tooltip = {
  confine: true,
  backgroundColor: '--card',
  borderColor: '--line',
  textStyle: { color: '--text', fontSize: 12 },
  extraCssText: 'max-width: 22rem; white-space: normal;',
};

/** Colours of the channels after `total`; those that share a colour differ in their dashes. */
const channelColours = ['--c1', '--c2', '--c3', '--c4', '--c5', '--c6'];

/**
 * Counts over time with the truth shaded; below them, on the same axis, a lane each for the truth, near misses and alarms. Only the total is
 * drawn at first, the legend adds channels.
 */
export function timelineOption({ series, labels, nearMisses, alarms, test }: AnomalyReport): ChartOption {
  const stepMs = series.stepMinutes * 60_000;
  const bounds = { min: test.startMs, max: test.endMs };
  const laneTops = [318, 344, 370];
  const lanes = ['truth', 'near misses', 'alarms'];
  return {
    ...common,
    tooltip: { ...tooltip, trigger: 'item' },
    legend: {
      type: 'scroll',
      top: 0,
      left: 0,
      right: 0,
      textStyle: { color: '--text' },
      inactiveColor: '--faint',
      icon: 'roundRect',
      itemWidth: 16,
      itemHeight: 4,
      pageTextStyle: { color: '--muted' },
      data: series.channels.map(({ name }) => channelName(name)),
      selected: Object.fromEntries(series.channels.map(({ name }) => [channelName(name), name === 'total'])),
    },
    grid: [
      { ...grid, top: 40, height: 236, tooltip: { ...tooltip, trigger: 'axis', axisPointer: { type: 'line' } } },
      ...laneTops.map(top => ({ ...grid, top, height: 20, show: true, borderColor: '--grid' })),
    ],
    xAxis: [
      { ...timeAxis, ...bounds, gridIndex: 0 },
      ...lanes.map((_, lane) => ({ ...timeAxis, ...bounds, gridIndex: lane + 1, show: false })),
    ],
    yAxis: [
      { ...valueAxis, gridIndex: 0, name: `messages per ${stepText(series.stepMinutes)}` },
      ...lanes.map((name, lane) => ({
        type: 'value',
        gridIndex: lane + 1,
        min: 0,
        max: 1,
        name,
        nameLocation: 'middle',
        nameRotate: 0,
        nameGap: 6,
        nameTextStyle: { color: '--muted', align: 'right', fontSize: 11 },
        axisLabel: { show: false },
        axisLine: { show: false },
        axisTick: { show: false },
        splitLine: { show: false },
      })),
    ],
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    dataZoom: zoom([0, 1, 2, 3], 402),
    series: [
      ...series.channels.map(({ name, counts }, index) => ({
        type: 'line',
        name: channelName(name),
        data: counts.map((count, window) => [series.startMs + window * stepMs, count]),
        showSymbol: false,
        step: false,
        sampling: 'lttb',
        lineStyle: { width: name === 'total' ? 1.6 : 1.3, type: index > channelColours.length ? 'dashed' : 'solid' },
        color: name === 'total' ? '--text' : (channelColours[(index - 1) % channelColours.length] ?? '--muted'),
        ...(index === 0 ? { markArea: { silent: true, data: labels.map(label => area(label, 0.55)) } } : {}),
      })),
      lane(1, labels, 1),
      lane(2, nearMisses, 1),
      alarmSeries(alarms, 'right'),
      alarmSeries(alarms, 'wrong'),
    ],
  };
}

/** Forecast with its band against what was counted; hours outside the band are marked. */
export function forecastOption(
  forecast: Pick<ReportedForecast, 'startMs' | 'stepMinutes'>,
  channel: ReportedForecast['channels'][number],
  labels: readonly ReportedIntervention[],
): ChartOption {
  const at = (index: number) => forecast.startMs + index * forecast.stepMinutes * 60_000;
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
    yAxis: { ...valueAxis, name: `messages per ${stepText(forecast.stepMinutes)}` },
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

/** How many units got which score, anomalous units apart; the threshold is a line. */
export function scoresOption(scores: ReportedScores, threshold: number): ChartOption {
  const width = (scores.high - scores.low) / scores.negatives.length;
  const centre = (bin: number) => scores.low + (bin + 0.5) * width;
  // A logarithmic axis has no zero: an empty bin has no bar.
  const bars = (counts: readonly number[]) => counts.map((count, bin) => [centre(bin), count === 0 ? null : count]);
  return {
    ...common,
    tooltip: { ...tooltip, trigger: 'axis', axisPointer: { type: 'shadow' } },
    legend: { top: 0, left: 0, textStyle: { color: '--text' }, inactiveColor: '--faint' },
    grid: { ...grid, top: 40, bottom: 44 },
    xAxis: {
      ...valueAxis,
      name: scores.isCut ? 'score (the last bar holds all above)' : 'score',
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

/** 'warehouse-events' as "warehouse": a legend has little room. */
export function channelName(channel: string): string {
  return channelInWords(channel).replace(/ events$/, '');
}

/** An intervention's colour; near misses have one of their own. */
export function colourOf({ intensity }: ReportedIntervention): string {
  return intensity === 'blatant' || intensity === 'moderate' || intensity === 'subtle' ? `--${intensity}` : '--blatant';
}

function zoom(xAxisIndex: readonly number[], top: number | undefined): readonly unknown[] {
  return [
    {
      type: 'slider',
      xAxisIndex,
      ...(top === undefined ? { bottom: 8 } : { top }),
      height: 24,
      left: grid.left,
      right: grid.right,
      filterMode: 'none',
      borderColor: '--line',
      fillerColor: '--zoom',
      textStyle: { color: '--muted', fontSize: 10 },
      labelFormatter: '',
      brushSelect: true,
    },
    {
      type: 'inside',
      xAxisIndex,
      filterMode: 'none',
      zoomOnMouseWheel: 'shift',
      moveOnMouseMove: 'shift',
      preventDefaultMouseMove: false,
    },
  ];
}

function area(label: ReportedIntervention, opacity: number): readonly unknown[] {
  return [{ xAxis: label.startMs, itemStyle: { color: colourOf(label), opacity } }, { xAxis: label.effectEndMs }];
}

/** A lane has no points, only areas that say what they are when pointed at. */
function lane(index: 1 | 2, interventions: readonly ReportedIntervention[], opacity: number): unknown {
  return {
    type: 'line',
    xAxisIndex: index,
    yAxisIndex: index,
    data: [],
    markArea: {
      emphasis: { itemStyle: { opacity: 0.75 } },
      data: interventions.map(one => [
        {
          xAxis: one.startMs,
          name: '',
          itemStyle:
            index === 1
              ? { color: colourOf(one), opacity, borderColor: '--text', borderWidth: 0.5 }
              : { color: '--near-miss-fill', borderColor: '--near-miss', borderWidth: 1, borderType: 'dashed' },
          tooltip: { formatter: tooltipText([`${one.kind} ${one.id}`, spanText(one.startMs, one.effectEndMs)]) },
        },
        { xAxis: one.effectEndMs },
      ]),
    },
  };
}

function alarmSeries(alarms: readonly ReportedAlarm[], kind: 'right' | 'wrong'): unknown {
  return {
    type: 'scatter',
    name: `${kind} alarms`,
    xAxisIndex: 3,
    yAxisIndex: 3,
    symbol: kind === 'right' ? 'triangle' : 'diamond',
    symbolSize: kind === 'right' ? 12 : 13,
    itemStyle:
      kind === 'right'
        ? { color: '--right', borderColor: '--card', borderWidth: 0.5 }
        : { color: '--card', borderColor: '--wrong', borderWidth: 2.2 },
    data: alarms
      .filter(({ labels }) => labels.length > 0 === (kind === 'right'))
      .map(alarm => ({
        value: [alarm.detectedAtMs, 0.5],
        tooltip: {
          formatter: tooltipText([
            `${kind} alarm, known at ${momentText(alarm.detectedAtMs)}`,
            `${alarm.entity.type} ${alarm.entity.id}`,
            alarm.evidence,
          ]),
        },
      })),
  };
}

/** ECharts takes a tooltip's text for HTML and braces in it for variables. */
function tooltipText(lines: readonly string[]): string {
  return lines.map(line => escaped(line).replaceAll('{', '&#123;').replaceAll('}', '&#125;')).join('<br>');
}

function stepText(minutes: number): string {
  return minutes === 60 ? 'hour' : `${minutes} min`;
}
