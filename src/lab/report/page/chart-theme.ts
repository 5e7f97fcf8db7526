import { formatDuration } from '../../../base/format-time.ts';
import { hourMs } from '../../../base/time.ts';
import { channelInWords } from '../../features/series-channels.ts';
import type { ReportedIntervention } from '../report-data.ts';

/**
 * Options of Apache ECharts as plain JSON. Colours are names of CSS variables ('--blatant'), which the page resolves, so that one set of options serves
 * light, dark and paper.
 */
export type ChartOption = Readonly<Record<string, unknown>>;

/** The plots of a page begin and end at the same place, so that times can be compared by eye. */
export const grid = { left: 78, right: 30, outerBoundsMode: 'none' };

/** Time, UTC: days, then hours when zoomed. */
export const timeAxis = {
  type: 'time',
  minInterval: hourMs,
  splitNumber: 10,
  axisLine: { lineStyle: { color: '--line' } },
  axisLabel: {
    color: '--muted',
    hideOverlap: true,
    showMaxLabel: false,
    formatter: {
      year: '{d} {MMM} {yyyy}',
      month: '{ee} {d} {MMM}',
      day: '{ee} {d} {MMM}',
      hour: '{HH}:{mm}',
      minute: '{HH}:{mm}',
    },
  },
};

/** A quantity with its name. */
export const valueAxis = {
  type: 'value',
  nameLocation: 'middle',
  nameGap: 46,
  nameTextStyle: { color: '--muted' },
  axisLabel: { color: '--muted', hideOverlap: true },
  splitLine: { lineStyle: { color: '--grid' } },
};

/** What all charts share. */
export const common = {
  useUTC: true,
  animation: false,
  backgroundColor: 'transparent',
  textStyle: { fontFamily: 'system-ui, sans-serif' },
};

/** The look of a tooltip. */
export const tooltip = {
  confine: true,
  backgroundColor: '--card',
  borderColor: '--line',
  textStyle: { color: '--text', fontSize: 12 },
  extraCssText: 'max-width: 22rem; white-space: normal;',
};

/** 'warehouse-events' as "warehouse": a legend has little room. */
export function channelName(channel: string): string {
  return channelInWords(channel).replace(/ events$/, '');
}

/** The colour of an anomaly, by its intensity. */
export function colourOf({ intensity }: ReportedIntervention): string {
  return intensity === 'blatant' || intensity === 'moderate' || intensity === 'subtle' ? `--${intensity}` : '--blatant';
}

/** A slider below the plots, and the wheel with Shift held, so that a page can still be scrolled. */
export function zoom(xAxisIndex: readonly number[], top: number): readonly unknown[] {
  return [
    {
      type: 'slider',
      xAxisIndex,
      top,
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

/** A window in words: "day", "hour", "15 min", "10 s". */
export function formatStep(minutes: number): string {
  if (minutes === 1440) return 'day';
  if (minutes === 60) return 'hour';
  return minutes >= 1 && minutes < 60 ? `${minutes} min` : formatDuration(minutes);
}
