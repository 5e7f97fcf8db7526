import type { z } from 'zod';
import { parseParameters } from '../parameters.ts';
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
} from './correction.ts';
import type { ForecastModel } from './forecast-model.ts';
import { fileText } from './series-parameters.ts';

/**
 * A correction of the median that is fitted at once, and kept in one JSON file.
 *
 * @param file its name
 */
export function fittedForecast<Schema extends z.ZodType>(
  file: string,
  {
    schema,
    learn,
    correction,
  }: {
    readonly schema: Schema;
    readonly learn: (examples: readonly Example[], columns: readonly string[]) => z.input<Schema>;
    readonly correction: (fitted: z.output<Schema>) => Correction;
  },
): ForecastModel {
  const parse = (fitted: unknown) => correction(parseParameters(file, schema, fitted, 'file'));
  return {
    id: file,
    files: [file],
    library: 'cqshop',
    async train(training) {
      const examples = examplesOf(training);
      const parts = Array.from({ length: folds }, (_, fold) => {
        const { taught, held } = split(training, examples, fold);
        const ofFold = parse(learn(taught, training.columns));
        return { ofFold, held: held.map(example => ({ example, forecast: hourlyForecast(ofFold, example.origin) })) };
      });
      const all = learn(examples, training.columns);
      const whole = parse(all);
      return {
        files: { [file]: `${JSON.stringify(all)}\n` },
        validation: heldOutErrors(parts.flatMap(({ held }) => held)),
        heldOut: stream => corrected(originMs => parts[foldOf(training, stream, originMs)]?.ofFold ?? whole),
      };
    },
    async load(files) {
      const text = fileText(file, file, files?.[file]);
      const loaded = parse(JSON.parse(text));
      return corrected(() => loaded);
    },
  };
}
