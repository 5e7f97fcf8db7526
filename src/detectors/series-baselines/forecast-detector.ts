import { z } from 'zod';
import { CqshopError } from '../../errors.ts';
import type { FeatureSet } from '../../features/feature-set.ts';
import { dayMs } from '../../features/series-calendar.ts';
import { contiguousStreams, memoryDays, type SeriesWindow, windowOf } from '../../features/series-memory.ts';
import type { Detector, TrainingUnit } from '../detector.ts';
import type { Forecaster } from './forecasters.ts';
import { residualScales } from './residual-scales.ts';
import { residualScorer } from './residual-scorer.ts';
import { rollingForecasts } from './rolling-forecasts.ts';

const residuals = z.array(z.number());
const scalesByHour = z.array(z.object({ centre: residuals, scale: residuals })).length(24);

/** Parameters that are `ResidualScales`. */
export const scalesSchema = z.object({ now: scalesByHour, lately: scalesByHour, share: scalesByHour });

/** The days a detector remembers from training, and the scales of its forecast errors. */
export const forecastParametersSchema = z.object({
  pastStartMs: z.number(),
  past: z.array(z.array(z.number())).min(1),
  scales: scalesSchema,
});

/** What a forecasting detector may be asked for: an anomaly, the series it looks at, how far it forecasts. */
export type ForecastDetectorOptions = {
  readonly id: string;
  readonly anomaly: string;
  readonly description: string;
  readonly features: FeatureSet;
  readonly horizonDays: number;
  readonly forecaster: Forecaster;
};

/** Days of a stream that a forecaster must have seen before its errors count: a week, for those that look a week back. */
const leastPastDays = 8;

/** A baseline that forecasts without a network; its forecasts are scored by the very code that scores the LSTM's. */
export function forecastDetector(options: ForecastDetectorOptions): Detector {
  const { id, anomaly, description, features, horizonDays, forecaster } = options;
  const { windowMs } = features;
  const horizonWindows = (horizonDays * dayMs) / windowMs;
  return {
    id,
    anomaly,
    role: 'baseline',
    description,
    library: 'cqshop',
    features,
    supervised: false,
    async train(units) {
      const streams = trainingStreams(units, windowMs);
      const held = streams.map(stream =>
        rollingForecasts(forecaster, stream, { windowMs, horizonWindows, fromDay: leastPastDays }),
      );
      return { parameters: { ...pastParameters(streams, windowMs), scales: residualScales(held, windowMs) } };
    },
    async load({ parameters }) {
      const { pastStartMs, past, scales } = parsedBy(forecastParametersSchema, parameters, id);
      return residualScorer({
        windowMs,
        horizonWindows,
        past: pastWindows(pastStartMs, past, windowMs),
        scales,
        forecaster,
      });
    },
  };
}

/**
 * The training units as streams without gaps, each at least nine days long.
 *
 * @throws TRAINING_IMPOSSIBLE when there is none
 */
export function trainingStreams(
  units: readonly TrainingUnit[],
  windowMs: number,
): readonly (readonly SeriesWindow[])[] {
  const streams = contiguousStreams(
    units.map(({ unit }) => windowOf(unit)),
    windowMs,
  ).filter(stream => stream.length * windowMs > leastPastDays * dayMs);
  if (streams.length > 0) return streams;
  throw new CqshopError(
    'TRAINING_IMPOSSIBLE',
    `Cannot learn a series: no stretch of the training data is longer than ${leastPastDays} days without a gap, expected 22 days`,
  );
}

/** The last 22 days of the last stream, for the model file. */
export function pastParameters(streams: readonly (readonly SeriesWindow[])[], windowMs: number) {
  const past = (streams.at(-1) ?? []).slice(-(memoryDays * dayMs) / windowMs);
  return { pastStartMs: past[0]?.startMs ?? 0, past: past.map(window => window.counts) };
}

/** Undoes `pastParameters`. */
export function pastWindows(
  startMs: number,
  past: readonly (readonly number[])[],
  windowMs: number,
): readonly SeriesWindow[] {
  return past.map((counts, index) => ({ startMs: startMs + index * windowMs, counts }));
}

/** @throws MODEL_INVALID when the parameters are not of the schema's shape */
export function parsedBy<Schema extends z.ZodType>(
  schema: Schema,
  parameters: unknown,
  detector: string,
): z.infer<Schema> {
  const parsed = schema.safeParse(parameters);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new CqshopError(
    'MODEL_INVALID',
    `Cannot load the ${detector} model: ${issue?.path.join('.') || 'its parameters'}: ${issue?.message ?? 'unreadable'}, expected parameters that its training wrote`,
  );
}
