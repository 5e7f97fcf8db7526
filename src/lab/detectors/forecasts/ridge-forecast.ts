import { z } from 'zod';
import { hourMs } from '../../../base/time.ts';
import { type AnnouncedRatios, announcedAhead, announcedRatiosSchema } from './announced-ratios.ts';
import { fittedForecast } from './fitted-forecast.ts';
import { curveCount, curvesAt } from './known-future.ts';
import { knownWeek } from './known-week.ts';
import { announcedRatios } from './learn-announced.ts';
import { hoursAhead, logRatios, type Origin } from './origin.ts';
import { type RidgeRow, ridge } from './ridge.ts';
import { rowSchema, toRow } from './series-parameters.ts';
import { usualAhead } from './usual-hours.ts';

/** Hours over which levels are taken. */
const levelHours = [3, 6, 12, 24, 72, 168] as const;
/** What is known now counts less, the further ahead an hour lies: it fades to 1/e in so many hours. */
const fadingHours = [12, 72] as const;
const levels = levelHours.length * fadingHours.length;
const inputCount = 1 + levels + curveCount;

/** How far from 0 a coefficient is believed to lie: the constant, levels, curves. */
const sds = Array.from({ length: inputCount }, (_, input) => (input === 0 ? 0.05 : input <= levels ? 0.3 : 0.2));
/** Ratios of count to base are clipped before a line is fitted to them. */
const ratioBounds = { least: 0.3, most: 3 } as const;
/** Examples overlap: each hour is in so many of them. */
const overlapping = 16;

/** A linear regression on levels of the last hours and days, and on what was announced; a column at a time. */
export const ridgeForecast = fittedForecast('ridge.json', {
  schema: z.object({ announced: announcedRatiosSchema, coefficients: z.array(rowSchema(inputCount)) }),
  learn: (examples, columns) => {
    const announced = announcedRatios(examples, columns);
    const ratios = announcedRatiosSchema.parse(announced);
    const rows = columns.map((): RidgeRow[] => []);
    for (const example of examples) {
      const { origin, actual } = example;
      const [usual, factors] = [usualAhead(origin, ratios), announcedAhead(origin, ratios)];
      const inputs = inputsOf(origin, ratios);
      for (const [column, ofColumn] of rows.entries())
        for (const [hour, ofHour] of inputs(column).entries()) {
          const expected = (usual[hour]?.[column] ?? 0) * (factors[hour]?.[column] ?? 1);
          if (expected < 0.5) continue;
          const ratio = clipped((actual[hour]?.[column] ?? 0) / expected);
          // The ratio of a count to its mean μ has a variance of about 1.5/μ + 0.05.
          ofColumn.push({ inputs: ofHour, target: ratio - 1, weight: 1 / (overlapping * (1.5 / expected + 0.05)) });
        }
    }
    const penalties = sds.map(sd => 1 / (sd * sd));
    return { announced, coefficients: rows.map(ofColumn => toRow(ridge(ofColumn, penalties))) };
  },
  correction: ({ announced, coefficients }) => ({
    ratios: announced,
    factors: origin => {
      const inputs = inputsOf(origin, announced);
      const ofColumns = coefficients.map((ofColumn, column) =>
        inputs(column).map(ofHour =>
          clipped(1 + ofHour.reduce((sum, input, index) => sum + input * (ofColumn[index] ?? 0), 0)),
        ),
      );
      return announcedAhead(origin, announced).map((factors, hour) =>
        factors.map((factor, column) => factor * (ofColumns[column]?.[hour] ?? 1)),
      );
    },
  }),
});

/** How much of a level is left in each hour ahead, by `fadingHours`. */
const left = Array.from({ length: hoursAhead }, (_, hour) => fadingHours.map(fading => Math.exp(-hour / fading)));

/** The inputs of a column, hour by hour ahead. */
function inputsOf(origin: Origin, ratios: AnnouncedRatios): (column: number) => readonly (readonly number[])[] {
  const past = knownWeek(origin, ratios);
  const ofLevels = levelHours.map(hours => logRatios(past, hours, 0));
  const curves = left.map((_, hour) => curvesAt(origin.announced, origin.originMs + hour * hourMs));
  return column =>
    left.map((shares, hour) => {
      const inputs = [1];
      for (const share of shares) for (const ofColumns of ofLevels) inputs.push((ofColumns[column] ?? 0) * share);
      inputs.push(...(curves[hour] ?? []));
      return inputs;
    });
}

function clipped(ratio: number): number {
  return Math.min(ratioBounds.most, Math.max(ratioBounds.least, ratio));
}
