import { chunk, max, mean } from 'simple-statistics';
import { formatMoment, formatSpan, needsYear } from '../../../base/format-time.ts';
import { minuteMs } from '../../../base/time.ts';
import { formatEntity } from '../format-entity.ts';
import type { AnomalyReport, ReportedIntervention } from '../report-data.ts';
import type { ReportedIncident } from '../reported-incidents.ts';
import { isWide, lowestShare } from '../score-scale.ts';
import {
  type ChartOption,
  channelName,
  colourOf,
  common,
  formatStep,
  grid,
  timeAxis,
  tooltip,
  valueAxis,
  zoom,
} from './chart-theme.ts';
import type { ShownReport } from './fitting-page.ts';
import { escaped } from './html.ts';
import { incidentId, labelId } from './part-ids.ts';

/** Values at equal distances in time, which the page spreads into points: `values[k]` belongs to startMs + k × stepMs. */
type Spread = { readonly startMs: number; readonly stepMs: number; readonly values: readonly (number | null)[] };

/** What can be drawn in the upper plot, one at a time. */
export type TimelineChannel = {
  readonly name: string;
  readonly hasForecast: boolean;
  /** Series of the chart; they replace those of the same ids. */
  readonly series: readonly Readonly<Record<string, unknown>>[];
  readonly yAxisName: string;
};

const plotTop = 30;
const plotHeight = 210;
const scoreTop = plotTop + plotHeight + 30;
const scoreHeight = 84;
const laneHeight = 24;
/** With the gap below it. */
const laneStep = laneHeight + 6;

/**
 * The events of a channel with their forecast and its band; below them, on the same axis, the highest score of each window with the threshold, and a lane
 * each for the truth, near misses and alarms. `timelineChannels` gives the upper plot.
 *
 * @returns the chart, and its height [px]
 */
export function timelineOption(report: ShownReport): { readonly option: ChartOption; readonly height: number } {
  const { labels, test, scoreLine } = report;
  const lanesTop = scoreTop + (scoreLine === undefined ? 0 : scoreHeight + 14);
  const lanes = lanesOf(report);
  const lanesEnd = lanesTop + lanes.length * laneStep;
  const axes = Array.from({ length: 2 + lanes.length }, (_, index) => index);
  const scores = scorePlot(report);
  const plot = { ...grid, tooltip: { ...tooltip, trigger: 'axis', axisPointer: { type: 'line' } } };
  const option = {
    ...common,
    tooltip: { ...tooltip, trigger: 'item' },
    grid: [
      { ...plot, top: plotTop, height: plotHeight },
      { ...plot, top: scoreTop, height: scoreLine === undefined ? 0 : scoreHeight },
      ...lanes.map((_, lane) => ({
        ...{ ...grid, top: lanesTop + lane * laneStep, height: laneHeight },
        ...{ show: true, borderColor: '--grid' },
      })),
    ],
    xAxis: axes.map(gridIndex => ({
      ...{ ...timeAxis, min: test.startMs, max: test.endMs, gridIndex },
      ...(gridIndex === 0 ? {} : { show: false }),
    })),
    yAxis: [{ ...valueAxis, gridIndex: 0 }, scores.axis, ...lanes.map(({ name }, lane) => laneAxis(name, lane + 2))],
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    dataZoom: zoom(axes, lanesEnd + 4),
    series: [
      { type: 'line', id: 'labels', data: [], markArea: shading(labels) },
      ...scores.series,
      ...lanes.map(({ areas }, index) => lane(index + 2, areas)),
      ...(['right', 'wrong'] as const).map(kind => alarmSeries(report, kind, lanes.length + 1)),
    ],
  };
  return { option, height: lanesEnd + 40 };
}

/** Below the plots: what was there, where anything was, and the alarms. */
function lanesOf(report: ShownReport): readonly { readonly name: string; readonly areas: readonly unknown[] }[] {
  const { labels, nearMisses, shown } = report;
  return [
    { name: 'truth', areas: labels.map(one => interventionArea(one, report, 'label')) },
    { name: 'near misses', areas: nearMisses.map(one => interventionArea(one, report, 'near miss')) },
    { name: 'alarms', areas: shown.map(one => incidentArea(one, report)) },
  ].filter(({ name, areas }) => name === 'alarms' || areas.length > 0);
}

/**
 * The channels of the stream, the whole stream first. Those that the detector forecasts come with forecast and band. Channels that are no messages are
 * shaded by their own labels only.
 */
export function timelineChannels({ series, forecast, labels, points }: ShownReport): readonly TimelineChannel[] {
  const forecasts = forecast?.channels ?? [];
  const more = forecasts.filter(({ name }) => !series.channels.some(channel => channel.name === name));
  return [
    ...series.channels.map(({ name, counts }) => {
      const forecasted = forecasts.find(channel => channel.name === name);
      if (forecast !== undefined && forecasted !== undefined) return channelOf({ ...forecast, ...forecasted, points });
      const drawn = channelOf({ ...series, name, actual: counts, points });
      if (series.unit === undefined) return drawn;
      const own = labels.filter(({ entities }) => entities.some(({ id }) => id === name));
      return { ...drawn, series: [{ type: 'line', id: 'labels', markArea: shading(own) }, ...drawn.series] };
    }),
    ...more.flatMap(own => (forecast === undefined ? [] : [channelOf({ ...forecast, ...own, points })])),
  ];
}

/** Shades the times of interventions. */
function shading(labels: readonly ReportedIntervention[]): unknown {
  const data = labels.map(label => [
    { xAxis: label.startMs, itemStyle: { color: colourOf(label), opacity: 0.5 } },
    { xAxis: label.effectEndMs },
  ]);
  return { silent: true, data };
}

type Values = readonly (number | null)[];

/**
 * A point of a long line stands for several windows: for the sum of their messages, of which an unknown count is the mean of the others, or for the mean
 * of other values. It is outside the band if one of its windows is.
 */
function channelOf({
  name,
  unit,
  points,
  ...given
}: {
  readonly name: string;
  readonly startMs: number;
  readonly stepMinutes: number;
  readonly actual: Values;
  readonly forecast?: Values;
  readonly low?: Values;
  readonly high?: Values;
  /** What is drawn; messages where it is left out. */
  readonly unit?: string | undefined;
  readonly points: number;
}): TimelineChannel {
  const windows = windowsPerPoint(given.actual, points);
  const scale = unit === undefined ? windows : 1;
  const drawn = (values: Values = []) =>
    together(values, windows, known => Number((scale * mean(known)).toPrecision(6)));
  const [actual, low, high] = [drawn(given.actual), drawn(given.low), drawn(given.high)];
  const forecast = drawn(given.forecast);
  const stepMinutes = windows * given.stepMinutes;
  const at = { startMs: given.startMs, stepMs: stepMinutes * minuteMs };
  const spread = (values: Values): Spread => ({ ...at, values });
  const outside = given.actual.flatMap((count, index) => {
    const [least, most] = [given.low?.[index] ?? null, given.high?.[index] ?? null];
    if (count === null || least === null || most === null || (count >= least && count <= most)) return [];
    return [Math.floor(index / windows)];
  });
  const round = rounding([...actual, ...high]);
  const line = { type: 'line', showSymbol: false };
  const invisible = { ...line, lineStyle: { opacity: 0 }, stack: 'band', tooltip: hidden };
  return {
    name: channelName(name),
    hasForecast: forecast.length > 0,
    yAxisName: unit ?? `messages per ${formatStep(stepMinutes)}`,
    series: [
      { ...invisible, id: 'low', name: 'below the band', color: '--forecast', data: spread(low.map(round)) },
      {
        ...{ ...invisible, id: 'band', name: 'band', color: '--forecast' },
        areaStyle: { color: '--forecast', opacity: 0.22 },
        data: spread(high.map((most, index) => (most === null ? null : round(most - (low[index] ?? 0))))),
      },
      {
        ...{ ...line, id: 'forecast', name: 'forecast', color: '--forecast' },
        lineStyle: { type: 'dashed', width: 1.5 },
        data: spread(forecast.map(round)),
      },
      {
        ...{ ...line, id: 'actual', name: channelName(name), color: '--text', sampling: 'minmax' },
        lineStyle: { width: 1.5 },
        data: spread(actual),
      },
      {
        ...{ type: 'scatter', id: 'outside', name: 'outside the band', symbol: 'circle', symbolSize: 5 },
        ...{
          color: '--wrong',
          tooltip: hidden,
          data: [...new Set(outside)].map(point => [at.startMs + point * at.stepMs, actual[point]]),
        },
      },
    ],
  };
}

/** How many values a point stands for. */
function windowsPerPoint({ length }: Values, points: number): number {
  return Math.max(1, Math.ceil(length / points));
}

/** So many values as one each; null where none of them is known. */
function together(values: Values, windows: number, of: (known: number[]) => number): Values {
  if (windows === 1) return values;
  return chunk([...values], windows).map(some => {
    const known = some.filter(value => value !== null);
    return known.length === 0 ? null : of(known);
  });
}

/** Steps in which a plot of some 200 pixels shows differences. */
const visibleSteps = 400;

/** Rounds to steps that are smaller than a pixel: 1, 0.1, 10 and so on, by the highest value. */
function rounding(values: Values): (value: number | null) => number | null {
  const highest = Math.max(1, highestOf(values));
  const digits = Math.max(0, Math.ceil(Math.log10(visibleSteps / highest)));
  return value => (value === null ? null : Number(value.toFixed(digits)));
}

function highestOf(scores: Values): number {
  return scores.reduce<number>((highest, score) => Math.max(highest, score ?? 0), Number.NEGATIVE_INFINITY);
}

/** The next number of one digit: 0.4839 is 0.5, and 1.3 is 2. */
function roundedUp(value: number): number {
  const step = 10 ** Math.floor(Math.log10(value));
  return Number((Math.ceil(value / step) * step).toPrecision(1));
}

/** The highest score of each window with the threshold; an axis alone where the scores are not known. */
function scorePlot({ scoreLine, learner, points }: ShownReport): { axis: unknown; series: readonly unknown[] } {
  const threshold = learner.threshold.value;
  const lowest = threshold * lowestShare;
  const highest = highestOf(scoreLine?.values ?? []);
  const isLogarithmic = isWide(highest, threshold);
  const axis = {
    ...valueAxis,
    ...(isLogarithmic ? { type: 'log', min: lowest } : { min: 0 }),
    // Else the line of the threshold is above the plot.
    ...(highest < threshold ? { max: roundedUp(threshold) } : {}),
    gridIndex: 1,
    show: scoreLine !== undefined,
    name: 'score',
    splitNumber: 2,
    axisLabel: { color: '--muted', hideOverlap: true, showMinLabel: !isLogarithmic },
  };
  if (scoreLine === undefined) return { axis, series: [] };
  const { startMs, stepMinutes, values: all } = scoreLine;
  const windows = windowsPerPoint(all, points);
  const values = together(all, windows, max);
  const line = {
    ...{ type: 'line', name: 'highest score', xAxisIndex: 1, yAxisIndex: 1, showSymbol: false },
    ...{ step: 'end', sampling: 'max', color: '--c6', lineStyle: { width: 1.2 } },
    data: {
      ...{ startMs, stepMs: windows * stepMinutes * minuteMs },
      values: isLogarithmic ? values.map(score => (score === null ? null : Math.max(score, lowest))) : values,
    },
    markLine: {
      symbol: 'none',
      silent: true,
      data: [{ yAxis: threshold }],
      lineStyle: { color: '--wrong', type: 'dashed', width: 1.2 },
      label: {
        ...{ formatter: 'threshold', color: '--wrong', fontSize: 10 },
        // Above a line at the top of the plot are dates.
        position: highest < threshold ? 'insideEndBottom' : 'insideEndTop',
      },
    },
  };
  return { axis, series: [line] };
}

const hidden = { show: false };

function laneAxis(name: string, gridIndex: number): unknown {
  return {
    ...{ type: 'value', gridIndex, min: 0, max: 1, name, nameLocation: 'middle', nameRotate: 0, nameGap: 6 },
    nameTextStyle: { color: '--muted', align: 'right', fontSize: 11 },
    ...{ axisLabel: hidden, axisLine: hidden, axisTick: hidden, splitLine: hidden },
  };
}

/** A lane has no points, only areas with tooltips. The name of an area is the part of the page that it leads to. */
function lane(index: number, data: readonly unknown[]): unknown {
  return {
    ...{ type: 'line', xAxisIndex: index, yAxisIndex: index, data: [] },
    markArea: { label: hidden, emphasis: { itemStyle: { opacity: 0.75 }, label: hidden }, data },
  };
}

function interventionArea(
  one: ReportedIntervention,
  { anomaly, test }: AnomalyReport,
  what: 'label' | 'near miss',
): unknown {
  const when = formatSpan(one.startMs, one.effectEndMs, needsYear(test));
  return [
    {
      xAxis: one.startMs,
      name: labelId(anomaly, one.id),
      itemStyle:
        what === 'label'
          ? { color: colourOf(one), borderColor: '--text', borderWidth: 0.8 }
          : { color: '--near-miss-fill', borderColor: '--near-miss', borderWidth: 1, borderType: 'dashed' },
      tooltip: { formatter: formatTooltip([`${what} ${one.id}`, when]) },
    },
    { xAxis: one.effectEndMs },
  ];
}

function incidentArea(
  { id, startMs, endMs, labels, best, entities }: ReportedIncident,
  { anomaly, test, isJudged = true }: AnomalyReport,
): unknown {
  const isRight = labels.length > 0 || !isJudged;
  return [
    {
      xAxis: startMs,
      name: incidentId(anomaly, id),
      itemStyle: isRight
        ? { color: '--right', opacity: 0.55, borderColor: '--right', borderWidth: 1.5 }
        : { color: '--card', borderColor: '--wrong', borderWidth: 1.5 },
      tooltip: {
        formatter: formatTooltip([
          `${alarmWords(labels, isJudged)}, ${formatSpan(startMs, endMs, needsYear(test))}`,
          entities.map(formatEntity).slice(0, 3).join(', '),
          best.evidence,
        ]),
      },
    },
    { xAxis: endMs },
  ];
}

/** "right alarm"; "alarm" where nothing says whether it is. */
function alarmWords(labels: readonly string[], isJudged: boolean): string {
  return isJudged ? `${labels.length > 0 ? 'right' : 'false'} alarm` : 'alarm';
}

/** When each alarm was known. */
function alarmSeries(report: ShownReport, kind: 'right' | 'wrong', axis: number): unknown {
  const { anomaly, test, shown, isJudged = true } = report;
  return {
    ...{ type: 'scatter', name: `${kind} alarms`, xAxisIndex: axis, yAxisIndex: axis },
    symbol: kind === 'right' ? 'triangle' : 'diamond',
    symbolSize: 11,
    itemStyle:
      kind === 'right'
        ? { color: '--right', borderColor: '--card', borderWidth: 0.8 }
        : { color: '--card', borderColor: '--wrong', borderWidth: 2 },
    data: shown
      .flatMap(({ alarms }) => alarms)
      .filter(({ labels }) => (labels.length > 0 || !isJudged) === (kind === 'right'))
      .map(alarm => ({
        name: incidentId(anomaly, alarm.incident),
        value: [alarm.detectedAtMs, 0.5],
        tooltip: {
          formatter: formatTooltip([
            `${alarmWords(alarm.labels, isJudged)}, known at ${formatMoment(alarm.detectedAtMs, needsYear(test))}`,
            formatEntity(alarm.entity),
            alarm.evidence,
          ]),
        },
      })),
  };
}

/** ECharts reads a tooltip's text as HTML, and braces in it as variables. */
function formatTooltip(lines: readonly string[]): string {
  return lines.map(line => escaped(line).replaceAll('{', '&#123;').replaceAll('}', '&#125;')).join('<br>');
}
