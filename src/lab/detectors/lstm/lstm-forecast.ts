import {
  type AnnouncedRatios,
  announcedAhead,
  announcedRatios,
  announcedRatiosSchema,
  usualAhead,
} from '../forecasts/announced-ratios.ts';
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
import { knownWeek } from '../forecasts/known-week.ts';
import { fileText } from '../forecasts/series-parameters.ts';
import { parseParameters } from '../parameters.ts';
import { inputOf } from './lstm-inputs.ts';
import { createEnsemble, predictFactors } from './network.ts';
import { networkFromFiles, networkToFiles, topologyFile, weightsFile } from './network-files.ts';
import { backendOf, type LayersModel, startTensorFlow, type TensorFlow, tensorflowVersion } from './tensorflow.ts';
import { type NetworkExample, trainNetwork } from './train-network.ts';

const announcedFile = 'announced.json';

/**
 * An LSTM that corrects, for the next two days, the median times the usual course of what was announced. Three networks learn from two thirds of the
 * clean days each; the third that one has not seen decides when its training stops, and measures its errors. Their mean is the model.
 */
export const lstmForecast: ForecastModel = {
  id: 'lstm',
  files: [topologyFile, weightsFile, announcedFile],
  library: tensorflowVersion,
  async train(training) {
    const tf = await startTensorFlow();
    const { seed, columns } = training;
    const examples = examplesOf(training);
    const { members, mean } = createEnsemble(tf, { size: folds, seed, columns: columns.length });
    const parts = members.map((network, fold) => {
      const { taught, held } = split(training, examples, fold);
      const ratios = announcedRatiosSchema.parse(announcedRatios(taught, columns));
      const known = (some: readonly Example[]) => some.map(example => networkExample(example, ratios));
      trainNetwork(tf, network, { taught: known(taught), held: known(held), columns: columns.length, seed });
      const correction = correctionBy(tf, network, ratios);
      return {
        correction,
        held: held.map(example => ({ example, forecast: hourlyForecast(correction, example.origin) })),
      };
    });
    const announced = announcedRatios(examples, columns);
    const whole = correctionBy(tf, mean, announcedRatiosSchema.parse(announced));
    return {
      files: { ...(await networkToFiles(tf, mean)), [announcedFile]: `${JSON.stringify(announced)}\n` },
      backend: backendOf(tf),
      validation: heldOutErrors(parts.flatMap(({ held }) => held)),
      heldOut: stream => corrected(originMs => parts[foldOf(training, stream, originMs)]?.correction ?? whole),
    };
  },
  async load(files) {
    const tf = await startTensorFlow();
    const text = fileText('lstm', announcedFile, files?.[announcedFile]);
    const ratios = parseParameters('lstm', announcedRatiosSchema, JSON.parse(text), announcedFile);
    const correction = correctionBy(tf, await networkFromFiles(tf, files), ratios);
    return corrected(() => correction);
  },
};

function networkExample({ stream, origin, actual }: Example, ratios: AnnouncedRatios): NetworkExample {
  const factors = announcedAhead(origin, ratios);
  return {
    name: `${stream}/${origin.originMs}`,
    input: inputOf(origin, knownWeek(origin, ratios)),
    base: usualAhead(origin, ratios).map((counts, hour) =>
      counts.map((count, column) => count * (factors[hour]?.[column] ?? 1)),
    ),
    actual,
  };
}

function correctionBy(tf: TensorFlow, network: LayersModel, ratios: AnnouncedRatios): Correction {
  return {
    ratios,
    factors: origin => {
      const input = inputOf(origin, knownWeek(origin, ratios));
      const factors = predictFactors(tf, network, { input, columns: ratios.length });
      return announcedAhead(origin, ratios).map((usual, hour) =>
        usual.map((factor, column) => factor * (factors[hour]?.[column] ?? 1)),
      );
    },
  };
}
