import type { z } from 'zod';
import type { Unit } from '../features/feature-set.ts';
import type { Detector, Evidence, TrainingUnit } from './detector.ts';
import { parseParameters } from './parameters.ts';

/**
 * A detector that scores each unit on its own, from parameters that `model.json` holds.
 *
 * @param about default: unsupervised
 * @param about.schema of the parameters
 * @param about.fit learns the parameters, as `Detector.train` does
 * @param about.explain is called for alarms only
 */
export function pointwise<Schema extends z.ZodType>({
  schema,
  fit: learn,
  score,
  explain,
  ...about
}: Pick<Detector, 'id' | 'anomaly' | 'role' | 'description' | 'features'> &
  Partial<Pick<Detector, 'supervised'>> & {
    readonly schema: Schema;
    readonly fit: (units: readonly TrainingUnit[], options: { readonly seed: number }) => z.input<Schema>;
    readonly score: (unit: Unit, parameters: z.output<Schema>) => number;
    readonly explain: (unit: Unit, parameters: z.output<Schema>) => Evidence;
  }): Detector {
  return {
    library: 'cqshop',
    supervised: false,
    ...about,
    train: async (units, options) => ({ parameters: learn(units, options) }),
    async load(trained) {
      const parameters = parseParameters(about.id, schema, trained.parameters);
      return {
        score: unit => [{ unit, score: score(unit, parameters), explain: () => explain(unit, parameters) }],
      };
    },
  };
}
