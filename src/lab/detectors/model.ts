import { z } from 'zod';
import { sha256 } from '../../base/hash.ts';
import { minuteMs } from '../../base/time.ts';
import type { Detector, TrainedParameters } from './detector.ts';
import { thresholdSchema } from './threshold.ts';

/** Version of `model.json`. */
const modelFormat = 1;

/** `model.json`: the whole model, except for files in its library's own format. */
export const modelSchema = z.object({
  format: z.literal(modelFormat),
  anomaly: z.string(),
  detector: z.string().describe('id in the registry'),
  algorithm: z.string(),
  library: z.string().describe('name and version of what computes'),
  backend: z
    .string()
    .optional()
    .describe('backend of TensorFlow.js that trained it, `wasm` or `node`; absent if it does not use TensorFlow.js'),
  features: z.object({ set: z.string(), names: z.array(z.string()), windowMinutes: z.number() }),
  threshold: thresholdSchema,
  seed: z.number(),
  training: z.object({
    datasets: z
      .array(z.string())
      .describe('SHA-256 of each events.csv that it was trained on; empty for runs that were never stored'),
    days: z.number(),
    units: z.int(),
    messagesPerDay: z
      .number()
      .optional()
      .describe('of all messages, not only those that are counted; absent in older models'),
    positives: z.int().nullable().describe('null for a detector that sees no labels'),
  }),
  validation: z
    .record(z.string(), z.number().nullable())
    .optional()
    .describe('scores on held-out parts of the training data; absent if the detector holds none out'),
  parameters: z.unknown(),
  files: z.record(z.string(), z.string()).describe('SHA-256 of each further file'),
  probe: z
    .string()
    .optional()
    .describe(
      'SHA-256 of its scores on three clean days, by which `run` recognises it; absent if `run` did not train it',
    ),
});

export type ModelDescription = z.infer<typeof modelSchema>;

/** A trained detector with its threshold, in memory. */
export type Model = {
  readonly detector: Detector;
  readonly description: ModelDescription;
  readonly files: Readonly<Record<string, string | Uint8Array>>;
};

/** The argument of `Detector.load`. */
export function trainedParametersOf(model: Model): TrainedParameters {
  return { parameters: model.description.parameters, files: model.files };
}

/** A trained detector as a model. */
export function modelOf(
  detector: Detector,
  { parameters, files = {}, backend, validation }: TrainedParameters,
  { threshold, seed, training }: Pick<ModelDescription, 'threshold' | 'seed' | 'training'>,
): Model {
  const { id, anomaly, description, library, features } = detector;
  return {
    detector,
    files,
    description: {
      format: modelFormat,
      anomaly,
      detector: id,
      algorithm: description,
      library,
      ...(backend === undefined ? {} : { backend }),
      features: { set: features.id, names: [...features.names], windowMinutes: features.windowMs / minuteMs },
      threshold,
      seed,
      training,
      ...(validation === undefined ? {} : { validation: { ...validation } }),
      // Through JSON, so that a model in memory equals the model read from its file.
      parameters: JSON.parse(JSON.stringify(parameters ?? null)),
      files: Object.fromEntries(Object.entries(files).map(([name, content]) => [name, sha256(content)])),
    },
  };
}
