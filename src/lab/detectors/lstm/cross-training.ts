import { hourMs } from '../../../base/time.ts';
import type { SeriesChannels } from '../../features/series-channels.ts';
import type { SeriesWindow } from '../../features/series-memory.ts';
import { againstOtherWeeks } from '../../features/series-profile.ts';
import type { UnseenHour } from './held-out-errors.ts';
import { createEnsemble, type Example, predictResiduals, trainNetwork } from './network.ts';
import { fromLogRatio, inputHours, inputOf, outputHours, targetOf, type UsualHour } from './residual-windows.ts';
import type { LayersModel, TensorFlow } from './tensorflow.ts';

/** How many parts the days are divided into; one network for each. */
const folds = 3;
/** Every how many hours the held-out part has a validation example. */
const validationStep = 4;

/**
 * Trains one network for each third of the days, on the other two thirds. The held-out third decides when to stop, and the network's
 * two-day forecasts of it measure its errors. So all days are used for training, and every day has a held-out forecast.
 * The final network is the mean of the three.
 */
export function crossTrained(
  tf: TensorFlow,
  streams: readonly (readonly SeriesWindow[])[],
  { seed, channels }: { readonly seed: number; readonly channels: SeriesChannels },
): { readonly network: LayersModel; readonly unseen: readonly (readonly UnseenHour[])[] } {
  const streamsOfHours = streams.map(stream => usualHours(stream));
  const { members, mean } = createEnsemble(tf, { size: folds, seed, channels });
  const unseen: UnseenHour[][] = streams.map(() => []);
  for (const [fold, network] of members.entries()) {
    const examples: Example[] = [];
    const validation: Example[] = [];
    for (const [index, hours] of streamsOfHours.entries()) {
      const [from, to] = [foldBoundary(hours, fold), foldBoundary(hours, fold + 1)];
      for (let origin = inputHours; origin + outputHours <= hours.length; origin += 1) {
        const apart = origin + outputHours <= from || origin - inputHours >= to;
        const within = origin >= from && origin + outputHours <= to && origin % validationStep === 0;
        if (apart) examples.push(exampleAt(hours, origin, `${index}/${origin}`, channels));
        else if (within) validation.push(exampleAt(hours, origin, `${index}/${origin}`, channels));
      }
    }
    trainNetwork(tf, network, { examples, validation, seed });
    for (const [index, hours] of streamsOfHours.entries())
      unseen[index]?.push(...forecastsOfFold(tf, network, { hours, fold, channels }));
  }
  return { network: mean, unseen };
}

/** The hours of a stream with what is usual at them, as the other weeks have it. */
function usualHours(stream: readonly SeriesWindow[]): readonly UsualHour[] {
  return againstOtherWeeks(stream, hourMs).map(({ window, forecast }) => ({ ...window, usual: forecast }));
}

/** Turns the network's output into counts of the hours that it forecasts, `[hours × channels]`. */
export function countsOf(
  residuals: readonly number[],
  usual: readonly (readonly number[])[],
): readonly (readonly number[])[] {
  return usual.map((counts, hour) =>
    counts.map((count, channel) => fromLogRatio(residuals[hour * counts.length + channel] ?? 0, count)),
  );
}

function forecastsOfFold(
  tf: TensorFlow,
  network: LayersModel,
  stream: { readonly hours: readonly UsualHour[]; readonly fold: number; readonly channels: SeriesChannels },
): readonly UnseenHour[] {
  const { hours, fold, channels } = stream;
  const forecasts: UnseenHour[] = [];
  const to = foldBoundary(hours, fold + 1);
  for (let origin = Math.max(inputHours, foldBoundary(hours, fold)); origin < to; origin += outputHours) {
    const ahead = hours.slice(origin, Math.min(to, origin + outputHours));
    const residuals = predictResiduals(tf, network, inputOf(hours.slice(0, origin), channels));
    const usual = ahead.map(hour => hour.usual);
    const counts = countsOf(residuals, usual);
    for (const [hour, window] of ahead.entries()) forecasts.push({ window, forecast: counts[hour] ?? [] });
  }
  return forecasts;
}

function foldBoundary(hours: readonly UsualHour[], fold: number): number {
  return Math.round((fold * hours.length) / folds);
}

function exampleAt(hours: readonly UsualHour[], origin: number, name: string, channels: SeriesChannels): Example {
  const { target, weight } = targetOf(hours.slice(origin, origin + outputHours));
  return { name, input: inputOf(hours.slice(0, origin), channels), target, weight };
}
