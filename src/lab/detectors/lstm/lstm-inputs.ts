import { hourMs } from '../../../base/time.ts';
import { hourOfDay } from '../../features/series-calendar.ts';
import { curveCount, curvesAt } from '../forecasts/known-future.ts';
import { hoursAhead, logRatios, type Origin, type PastHour, positionIn, rounded } from '../forecasts/origin.ts';

/** The network reads three days in steps of six hours. */
const stepHours = 6;
export const steps = 12;
/** Levels that it reads beside the steps [h]. */
const levelHours = [6, 24, 72, 168] as const;
/** One factor for each block of so many hours ahead. */
export const blockHours = 4;
export const blocks = hoursAhead / blockHours;
/** Hours until something announced begins are read up to here. */
const longestCountdownHours = 48;

/** Values a step: each column's level in the step and in the day before its end, what was announced, and the hour. */
export function stepWidth(columns: number): number {
  return 2 * columns + 5;
}

/** Values beside the steps. */
export function levelWidth(columns: number): number {
  return levelHours.length * columns;
}

/** Factors for the blocks, the columns, and each column's answer to each curve of what was announced. */
export function outputWidth(columns: number): number {
  return blocks + columns + curveCount * columns;
}

/** What the network reads of an origin. */
export type NetworkInput = {
  /** `[steps × stepWidth]`, row after row. */
  readonly steps: readonly number[];
  readonly levels: readonly number[];
  /** `[hoursAhead × curveCount]`, row after row. */
  readonly curves: readonly number[];
};

/** @param past the hours before the origin, with what was announced known */
export function inputOf(origin: Origin, past: readonly PastHour[]): NetworkInput {
  const { originMs, announced } = origin;
  return {
    steps: Array.from({ length: steps }, (_, step) => {
      const to = (steps - 1 - step) * stepHours;
      const endMs = originMs - to * hourMs;
      const running = positionIn(announced, endMs);
      const beginsMs = announced.map(({ startMs }) => startMs).filter(startMs => startMs > endMs);
      const until = Math.min(longestCountdownHours, ...beginsMs.map(startMs => (startMs - endMs) / hourMs));
      const angle = (2 * Math.PI * hourOfDay(endMs)) / 24;
      return [
        ...logRatios(past, to + stepHours, to),
        ...logRatios(past, to + 24, to),
        running === undefined ? 0 : 1 - running.share,
        running === undefined ? 0 : 1,
        1 - until / longestCountdownHours,
        rounded(Math.sin(angle)),
        rounded(Math.cos(angle)),
      ];
    }).flat(),
    levels: levelHours.flatMap(hours => logRatios(past, hours, 0)),
    curves: Array.from({ length: hoursAhead }, (_, hour) => curvesAt(announced, originMs + hour * hourMs)).flat(),
  };
}
