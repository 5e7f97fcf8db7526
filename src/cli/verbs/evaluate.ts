import { flag, integer, option, positiveInteger, text } from '../options.ts';
import { type Requirement, requires } from '../requires.ts';
import { defineVerb } from '../verb.ts';

const overSeeds: Requirement = {
  isMet: ({ options }) => options.dataset === undefined,
  unmet: 'a dataset is scored, and no seeds are run',
  expected: 'without --dataset',
};

const aGate: Requirement = {
  isMet: ({ options }) => options.gate !== undefined,
  unmet: 'no file is named',
  expected: 'with --gate FILE',
};

const aPlace: Requirement = {
  isMet: ({ options }) => options.out !== undefined,
  unmet: 'nothing is written',
  expected: 'with --out DIR',
};

const options = {
  seeds: requires(overSeeds, option('<n>', 'runs a scenario; default 20, or as many as the gate has', positiveInteger)),
  firstSeed: requires(overSeeds, option('<n>', 'the first seed; default 1, or that of the gate', integer(0))),
  models: requires(
    overSeeds,
    option(
      '<dir>',
      'the models: DIR/ANOMALY, baselines in DIR/ANOMALY/others (default: models/ANOMALY, or those that come with cqshop)',
      text,
    ),
  ),
  gate: requires(overSeeds, option('<file>', 'exit 3 if a figure fell below the accepted ones', text)),
  updateGate: requires(aGate, flag('accept the figures found: rewrite the file of --gate, of the anomalies evaluated')),
  out: requires(overSeeds, option('<dir>', 'also write results.json and results.csv there', text)),
  overwrite: requires(aPlace, flag('replace results of another command in --out')),
  dataset: option('<dir>', 'instead of seeds: the dataset that was searched', text),
  detections: option('<file>', "with --dataset: anybody's detections.csv", text),
  scores: option(
    '<file>',
    "with --dataset: anybody's scores.csv, for average precision and ROC area; positive units without a row rank last",
    text,
  ),
} as const;

export type EvaluateFlags = typeof options;

export const verb = defineVerb({
  name: 'evaluate',
  summary: "score detectors over many seeds, or anybody's detections",
  description:
    "Repeats simulate, detect and score over seeds that no training or validation used, and over clean runs with near misses, with baselines and controls beside the learners. Nothing is point-adjusted. With --dataset and --detections it scores anybody's detections instead: the anomalies that occur in them, or those named.",
  arguments: [{ name: '[anomaly...]', description: 'default: all' }],
  options,
  examples: [
    'cqshop evaluate --seeds 5',
    'cqshop evaluate stock-exhaustion --gate models/accuracy.json',
    'cqshop evaluate --dataset datasets/sample --detections results/sample/detections.csv',
  ],
  load: async () => (await import('./evaluate-run.ts')).evaluateRun,
});
