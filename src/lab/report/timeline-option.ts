import { minuteMs } from '../../base/time.ts';
import {
  area,
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
import { formatEntity } from './format-entity.ts';
import { formatMoment, formatSpan } from './format-time.ts';
import { escaped } from './html.ts';
import type { AnomalyReport, ReportedAlarm, ReportedIntervention } from './report-data.ts';

/** Colours of the channels after `total`; those that share a colour differ in their dashes. */
const channelColours = ['--c1', '--c2', '--c3', '--c4', '--c5', '--c6'];

/**
 * Counts over time with the truth shaded; below them, on the same axis, a lane each for the truth, near misses and alarms. Only the total is
 * drawn at first, the legend adds channels.
 */
export function timelineOption({ series, labels, nearMisses, alarms, test }: AnomalyReport): ChartOption {
  const stepMs = series.stepMinutes * minuteMs;
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
      { ...valueAxis, gridIndex: 0, name: `messages per ${formatStep(series.stepMinutes)}` },
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
          tooltip: { formatter: formatTooltip([`${one.kind} ${one.id}`, formatSpan(one.startMs, one.effectEndMs)]) },
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
          formatter: formatTooltip([
            `${kind} alarm, known at ${formatMoment(alarm.detectedAtMs)}`,
            formatEntity(alarm.entity),
            alarm.evidence,
          ]),
        },
      })),
  };
}

/** ECharts takes a tooltip's text for HTML and braces in it for variables. */
function formatTooltip(lines: readonly string[]): string {
  return lines.map(line => escaped(line).replaceAll('{', '&#123;').replaceAll('}', '&#125;')).join('<br>');
}
