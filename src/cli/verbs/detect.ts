import { option, text } from '../options.ts';
import { defineVerb } from '../verb.ts';

const options = {
  dataset: option('<dir>', 'the dataset to search', text),
  model: option('<dir>', 'the model (default: models/ANOMALY)', text),
  out: option('<dir>', 'where detections.csv and scores.csv go (default: results/detect-ANOMALY)', text),
} as const;

export type DetectFlags = typeof options;

export const verb = defineVerb({
  name: 'detect',
  summary: 'find an anomaly in a dataset',
  description:
    'Runs a trained model over a dataset, writes detections.csv and scores.csv, prints the alarms with what decided them and, where the dataset has labels, the score.',
  arguments: [{ name: '<anomaly>', description: 'what to detect' }],
  options,
  examples: ['cqshop detect stock-exhaustion --dataset datasets/sample --out results/sample'],
  load: async () => (await import('./detect-run.ts')).detectRun,
});
