import { option, text } from '../options.ts';
import { defineVerb } from '../verb.ts';

const options = {
  dataset: option('<dir>', 'the dataset that was searched', text),
  detections: option('<file>', "anybody's detections.csv", text),
  scores: option('<file>', "anybody's scores.csv, for average precision and ROC area", text),
} as const;

export type EvaluateFlags = typeof options;

export const verb = defineVerb({
  name: 'evaluate',
  summary: 'score detections against the truth of a dataset',
  description:
    "Scores anybody's detections against the labels of a dataset: recall, precision, delay, false alarms per day; with scores also average precision and ROC area. Nothing is point-adjusted.",
  arguments: [{ name: '[anomaly...]', description: 'default: all that occur' }],
  options,
  examples: ['cqshop evaluate --dataset datasets/sample --detections results/sample/detections.csv'],
  load: async () => (await import('./evaluate-run.ts')).evaluateRun,
});
