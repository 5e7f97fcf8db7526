import { backend } from '../backend-option.ts';
import { option, positiveNumber, seed, text, words } from '../options.ts';
import { defineVerb } from '../verb.ts';

const options = {
  dataset: option('<dir>', 'the dataset to learn from', text),
  validation: option(
    '<dirs>',
    'clean datasets for the threshold, separated by commas; 200 days in all are enough',
    words,
  ),
  out: option('<dir>', 'the model (default: models/ANOMALY)', text),
  detector: option('<id>', "a baseline or control instead of the anomaly's learner", text),
  falseAlarmsPerDay: option(
    '<n>',
    'how many false alarms the threshold may leave (default: one in 22 days)',
    positiveNumber,
  ),
  seed: option('<n>', 'for sampling', seed, 1),
  backend,
} as const;

export type TrainFlags = typeof options;

export const verb = defineVerb({
  name: 'train',
  summary: 'train the detector of an anomaly on a dataset',
  description:
    'Trains the detector of an anomaly on a dataset and writes the model. The threshold comes from clean validation datasets; without them from a tail fit on the training data, as model.json then states.',
  arguments: [{ name: '<anomaly>', description: 'what to detect' }],
  options,
  examples: [
    'cqshop train stock-exhaustion --dataset datasets/stock-exhaustion --out models/stock-exhaustion',
    'cqshop train stock-exhaustion --dataset datasets/stock-exhaustion --validation datasets/clean-1,datasets/clean-2',
  ],
  load: async () => (await import('./train-run.ts')).trainRun,
});
