import { z } from 'zod';
import { hourMs } from '../../../base/time.ts';
import { hourOfDay } from '../../features/series-calendar.ts';
import type { SeriesChannels } from '../../features/series-channels.ts';
import { againstOtherWeeks, seasonalMedians, seasonalProfile } from '../../features/series-profile.ts';
import type { Detector } from '../detector.ts';
import type { OfSeries } from '../for-any-topics.ts';
import { parseParameters } from '../parameters.ts';
import { type Deviation, deviationsOf, heldOutDeviations, residualScales } from '../residuals/residual-scales.ts';
import { residualEvidence } from '../residuals/residual-scorer.ts';
import { residualStream } from '../residuals/residual-views.ts';
import { fileText, rowSchema, scalesSchema, scalesToParameters, toRow } from '../residuals/series-parameters.ts';
import { trainingStreams } from '../residuals/training-streams.ts';
import { afterWarmUp } from '../residuals/warm-up.ts';
import { type DecisionFunction, decisionFunction } from './decision-function.ts';
import { heldOutDaysOutsideShare } from './held-out-share.ts';
import { libsvmVersion, trainOneClass } from './libsvm.ts';
import { rarityOf, tailsOf, tailsSchema, type WindowScores } from './rarity.ts';

const modelFile = 'one-class-svm.txt';

/** Share of the training windows that may lie outside. */
const nu = 0.1;
/** Gamma times the length of a vector, a wide kernel: two ordinary windows have a kernel value of about e^-0.5. */
const gammaTimesLength = 0.25;
/** Windows on each side that are averaged before the seasonal median is taken. */
const smoothing = 2;

function parametersSchema(channels: SeriesChannels) {
  return z.object({
    /** By weekday or weekend, by window of the day: a count per channel. */
    medians: z.array(z.array(rowSchema(channels.names.length))).length(2),
    scales: scalesSchema(channels),
    tails: tailsSchema,
  });
}

/**
 * A one-class SVM over the shop's time series. It measures how far the counts of a window and of the last hours, jointly for all services or
 * topics, are from what is usual at this time of the day and at the shop's present level.
 */
export function oneClassSvm({ anomaly, features }: OfSeries): Detector {
  const { windowMs, channels } = features;
  const perHour = hourMs / windowMs;
  const vector = seriesVector(channels);
  const gamma = gammaTimesLength / vector.length;
  return {
    id: 'one-class-svm',
    anomaly,
    role: 'learner',
    description: 'one-class SVM on counts per service against what is usual at this hour, now and lately',
    library: libsvmVersion,
    features,
    supervised: false,
    async train(units) {
      const streams = trainingStreams('one-class-svm', units, windowMs);
      const held = streams.map(stream => againstOtherWeeks(stream, windowMs, smoothing));
      const scales = residualScales(held, features);
      const rows = heldOutDeviations(held, features, scales).map(vector.of);
      const model = await trainOneClass(rows, { gamma, nu });
      const svm = decisionFunction(model);
      const medians = seasonalMedians(streams.flat(), windowMs, smoothing);
      return {
        parameters: {
          medians: medians.map(kind => kind.map(toRow)),
          scales: scalesToParameters(scales),
          tails: tailsOf(rows.map(row => windowScores(svm, row))),
        },
        files: { [modelFile]: model },
        validation: { heldOutDaysOutsideShare: await heldOutDaysOutsideShare(rows, 24 * perHour, { gamma, nu }) },
      };
    },
    async load({ parameters, files }) {
      const { medians, scales, tails } = parseParameters('one-class-svm', parametersSchema(channels), parameters);
      const svm = decisionFunction(fileText('one-class-svm', modelFile, files?.[modelFile]));
      const usual = seasonalProfile(medians, windowMs);
      const residuals = residualStream(features);
      return afterWarmUp({
        score(unit) {
          const forecast = usual.at(unit.startMs);
          const deviations = deviationsOf(residuals(unit.features, forecast).views, hourOfDay(unit.startMs), scales);
          const score = rarityOf(windowScores(svm, vector.of(deviations)), tails);
          return [{ unit, score, explain: () => residualEvidence(channels, unit, forecast, deviations) }];
        },
      });
    },
  };
}

/** The scores of a window as it is, and with all excesses set to 0. */
function windowScores(svm: DecisionFunction, vector: readonly number[]): WindowScores {
  return {
    whole: svm.anomaly(vector),
    deficits: svm.anomaly(vector.map(value => Math.min(0, value))),
  };
}

/** The deviations of a window that the SVM reads. */
type Seen = readonly (readonly [view: Deviation['view'], channel: number])[];

/** The total now and lately, each part (service, topic) lately, each part's share. */
function seenOf({ names, parts }: SeriesChannels): Seen {
  const total = names.length;
  const perPart = (view: Deviation['view']) => names.slice(0, parts).map((_, channel) => [view, channel] as const);
  return [['now', total], ['lately', total], ...perPart('lately'), ...perPart('share')];
}

/** Selects the SVM's input from all deviations of a window, in robust standard deviations; 16 for a shop. */
function seriesVector(channels: SeriesChannels): {
  readonly length: number;
  readonly of: (deviations: readonly Deviation[]) => readonly number[];
} {
  const seen = seenOf(channels);
  return {
    length: seen.length,
    of: deviations =>
      seen.map(([view, channel]) => deviations.find(each => each.view === view && each.channel === channel)?.z ?? 0),
  };
}
