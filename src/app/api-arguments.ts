import { z } from 'zod';
import { cannot } from '../base/errors.ts';
import { checked } from '../base/schema-issues.ts';
import type { Dataset } from '../data/dataset/read-dataset.ts';
import type { ImportOptions } from '../data/import/import-series.ts';
import { dateOrders } from '../data/import/written-times.ts';
import type { Model } from '../lab/detectors/model.ts';
import { overridesSchema, type ScenarioOverrides } from '../shop/scenarios/override-scenario.ts';

/** Seed, days, start and scale override those of the scenario. */
export type SimulateOptions = Partial<ScenarioOverrides> & {
  /** The dataset's directory. */
  readonly out: string;
  /** Replaces a dataset that is there; default false. */
  readonly overwrite?: boolean;
  readonly withoutAnomalies?: boolean;
  /** Also runs the world without anomalies and records what differs; twice the time. */
  readonly twin?: boolean;
  readonly signal?: AbortSignal;
};

export type TrainOptions = {
  /** The training dataset, or its directory, or several; of a series dataset, for `series`, its directory. */
  readonly dataset: Dataset | string | readonly (Dataset | string)[];
  /** Clean datasets of other seeds for the threshold, 200 days in all; without them it comes from a tail fit on the training data. `series` takes none. */
  readonly validation?: readonly (Dataset | string)[];
  /** A baseline or control; default: the anomaly's learner. */
  readonly detector?: string;
  /** False alarms a day that the threshold may leave; default: the anomaly's own, 1/44, 1/55 or 1/200, for `series` 1/22. */
  readonly falseAlarmsPerDay?: number;
  /** Of random sampling; default 1. */
  readonly seed?: number;
  /** Also writes the model to this directory, over a model that is there. */
  readonly out?: string;
  /** Receives what `cqshop train` warns of, such as a long silence in the data. */
  readonly onNote?: (note: string) => void;
};

export type DetectOptions = {
  readonly onNote?: ((note: string) => void) | undefined;
};

export type EvaluateOptions = {
  /** Default: all. */
  readonly anomalies?: readonly string[];
  /** Number of seeds, and the first one; those from 1,000,000 on are reserved for training. */
  readonly seeds: number;
  readonly firstSeed: number;
  /** A directory with a model directory for each anomaly, such as `results/run/models`; default `models`, or the models that come with cqshop. */
  readonly models?: string;
  /** Worker threads; default: one for each core, or fewer if there is little memory. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
};

/** A schema for each option of a type. Others are refused: a misspelt one would have no effect. */
function optionsOf<Options extends object>(
  shape: {
    readonly [Key in keyof Options]-?: z.ZodType<Options[Key] | undefined>;
  },
) {
  return z.strictObject(shape, {
    error: ({ code }) => (code === 'invalid_type' ? 'an object with options' : undefined),
  });
}

/** @param what it is, for messages */
function text(what: string) {
  return z.custom<string>(value => typeof value === 'string' && value !== '', what);
}

function listOf<Item extends z.ZodType>(item: Item, what: string) {
  const error = `a list of at least one ${what}`;
  return z.array(item, { error }).min(1, { error });
}

/** Something of a type of ours, known by its keys, or the directory in which it is. */
function storedOf<Value extends object>(keys: readonly (string & keyof Value)[], what: string) {
  const isOne = (value: unknown) => typeof value === 'object' && value !== null && keys.every(key => key in value);
  return z.custom<Value | string>(value => isOne(value) || directory.safeParse(value).success, what);
}

const directory = text('the name of a directory');
const dataset = storedOf<Dataset>(['dir', 'manifest', 'records'], 'a dataset, or its directory');
const datasets = z.union([dataset, listOf(dataset, 'dataset')], {
  error: 'a dataset, its directory, or a list of at least one of them',
});
const model = storedOf<Model>(['detector', 'description', 'files'], 'a model, or its directory');
const anomaly = text('the id of an anomaly');
const seed = z.int();
const flag = z.boolean().optional();
const callback = z
  .custom<(...given: readonly unknown[]) => void>(value => typeof value === 'function', 'a function')
  .optional();
/** Not by its class: some test environments have one of their own. */
const signal = z
  .custom<AbortSignal>(
    value => typeof value === 'object' && value !== null && 'throwIfAborted' in value,
    'an AbortSignal',
  )
  .optional();

/** What each function of the API takes, by the names of its arguments. */
const schemas = {
  simulate: z.strictObject({
    scenario: text('the name of a scenario, or a YAML file'),
    options: optionsOf<SimulateOptions>({
      ...overridesSchema.shape,
      out: directory,
      overwrite: flag,
      withoutAnomalies: flag,
      twin: flag,
      signal,
    }),
  }),
  importSeries: z.strictObject({
    options: optionsOf<ImportOptions>({
      files: listOf(text('the name of a file'), 'file'),
      time: text('a column, or two: date,clock').optional(),
      dateOrder: z.enum(dateOrders).optional(),
      count: text('a column').optional(),
      values: z.array(text('a column'), { error: 'a list of columns' }).optional(),
      decimalComma: flag,
      thousands: flag,
      by: text('a column').optional(),
      timezone: text('an IANA name such as Europe/Berlin or UTC').optional(),
      strict: flag,
      from: text('the text of a time').optional(),
      to: text('the text of a time').optional(),
      labels: text('the name of a file').optional(),
      out: directory,
      overwrite: flag,
      signal,
      onProgress: callback,
      onWriting: callback,
      onNote: callback,
    }),
  }),
  readDataset: z.strictObject({ dir: directory }),
  train: z.strictObject({
    anomaly,
    options: optionsOf<TrainOptions>({
      dataset: datasets,
      validation: z.array(dataset, { error: 'a list of datasets' }).optional(),
      detector: text('the id of a detector').optional(),
      falseAlarmsPerDay: z.number().positive().optional(),
      seed: seed.optional(),
      out: directory.optional(),
      onNote: callback,
    }),
  }),
  detect: z.strictObject({
    model,
    dataset,
    options: optionsOf<DetectOptions>({ onNote: callback }),
  }),
  evaluate: z.strictObject({
    options: optionsOf<EvaluateOptions>({
      anomalies: listOf(anomaly, 'anomaly').optional(),
      seeds: z.int().min(1),
      firstSeed: seed.min(0),
      models: directory.optional(),
      threads: z.int().min(1).optional(),
      signal,
    }),
  }),
  audit: z.strictObject({ datasets }),
};

/**
 * Refuses the first wrong argument of a function of the API by its name: from plain JavaScript anything may come.
 *
 * @throws USAGE "Cannot call importSeries: options.files is "a.csv", expected a list of at least one file"
 */
export function assertArguments<Name extends keyof typeof schemas>(
  name: Name,
  given: Readonly<Record<keyof (typeof schemas)[Name]['shape'], unknown>>,
): void {
  const found = checked(schemas[name], given);
  if (found.status === 'invalid') throw cannot('USAGE', `call ${name}`)(found.found, found.expected);
}
