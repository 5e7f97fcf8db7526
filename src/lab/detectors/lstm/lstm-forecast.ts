import {
  type Correction,
  corrected,
  type Example,
  examplesOf,
  foldOf,
  folds,
  heldOutErrors,
  hourlyForecast,
  split,
} from '../forecasts/correction.ts';
import type { ForecastModel } from '../forecasts/forecast-model.ts';
import type { Forecast } from '../forecasts/forecasters.ts';
import { knownWeek } from '../forecasts/known-week.ts';
import { fileText } from '../forecasts/series-parameters.ts';
import { usualCorrection } from '../forecasts/usual-curve.ts';
import { type UsualDays, usualDays, usualDaysSchema } from '../forecasts/usual-days.ts';
import { parseParameters, trainingImpossible } from '../parameters.ts';
import { inputOf } from './lstm-inputs.ts';
import { createEnsemble, predictFactors } from './network.ts';
import { networkFromFiles, networkToFiles, topologyFile, weightsFile } from './network-files.ts';
import { backendOf, type LayersModel, startTensorFlow, type TensorFlow, tensorflowVersion } from './tensorflow.ts';
import { type NetworkExample, trainNetwork } from './train-network.ts';

const usualFile = 'usual-days.json';

/**
 * An LSTM that corrects, for the next two days, what `usualCurve` forecasts. Three networks learn from two thirds of the
 * clean days each; the third that one has not seen decides when its training stops, and measures its errors. Their mean is the model.
 */
export const lstmForecast: ForecastModel = {
  id: 'lstm',
  files: [topologyFile, weightsFile, usualFile],
  library: tensorflowVersion,
  async train(training) {
    const tf = await startTensorFlow();
    const { seed, columns } = training;
    const examples = examplesOf(training);
    const { members, mean } = createEnsemble(tf, { size: folds, seed, columns: columns.length });
    const parts = members.map((network, fold) => {
      const { taught, held } = split(training, examples, fold);
      if (taught.length === 0 || held.length === 0) {
        throw trainingImpossible(
          'lstm',
          'the training data are too short: it learns from two thirds of the days, and is tried on the rest',
          '22 days of clean data',
        );
      }
      const usual = usualDaysSchema.parse(usualDays(taught, columns));
      const known = (some: readonly Example[]) => some.map(example => networkExample(example, usual));
      const unseen = known(held);
      trainNetwork(tf, network, { taught: known(taught), held: unseen, columns: columns.length, seed });
      const inputs = unseen.map(({ input }) => input);
      const factors = predictFactors(tf, network, { inputs, columns: columns.length });
      return {
        correction: correctionBy(tf, network, usual),
        held: held.map((example, index) => ({
          example,
          forecast: times(unseen[index]?.base ?? [], factors[index] ?? []),
        })),
      };
    });
    const days = usualDays(examples, columns);
    const whole = correctionBy(tf, mean, usualDaysSchema.parse(days));
    return {
      files: { ...(await networkToFiles(tf, mean)), [usualFile]: `${JSON.stringify(days)}\n` },
      backend: backendOf(tf),
      validation: heldOutErrors(parts.flatMap(({ held }) => held)),
      heldOut: stream => corrected(originMs => parts[foldOf(training, stream, originMs)]?.correction ?? whole),
    };
  },
  async load(files) {
    const tf = await startTensorFlow();
    const text = fileText('lstm', usualFile, files?.[usualFile]);
    const usual = parseParameters('lstm', usualDaysSchema, JSON.parse(text), usualFile);
    const correction = correctionBy(tf, await networkFromFiles(tf, files), usual);
    return corrected(() => correction);
  },
};

function networkExample({ stream, origin, actual }: Example, days: UsualDays): NetworkExample {
  return {
    name: `${stream}/${origin.originMs}`,
    input: inputOf(origin, knownWeek(origin, days.announced)),
    base: hourlyForecast(usualCorrection(days), origin),
    actual,
  };
}

function correctionBy(tf: TensorFlow, network: LayersModel, days: UsualDays): Correction {
  const { announced } = days;
  const base = usualCorrection(days);
  return {
    ...base,
    factors: origin => {
      const input = inputOf(origin, knownWeek(origin, announced));
      const [factors = []] = predictFactors(tf, network, { inputs: [input], columns: announced.length });
      return times(base.factors(origin), factors);
    },
  };
}

function times(forecast: Forecast, factors: Forecast): Forecast {
  return forecast.map((counts, hour) => counts.map((count, column) => count * (factors[hour]?.[column] ?? 1)));
}
