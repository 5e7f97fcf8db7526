import { flag, integer, option, text } from '../options.ts';
import { defineVerb } from '../verb.ts';

const options = {
  seed: option('<n>', "of the test runs, in place of the files'", integer(0)),
  discardDatasets: flag('keep the results only: the datasets take some 80 MB each'),
  overwrite: flag('replace results of another command in --out'),
  out: option('<dir>', 'the results (default: results/SCENARIOS-seed-SEED)', text),
} as const;

export type RunFlags = typeof options;

export const verb = defineVerb({
  name: 'run',
  summary: 'the main job: simulate, collect, train, detect, evaluate, report',
  description:
    'For each scenario: records training and test runs into datasets, trains the detectors of its anomalies, sets their thresholds on clean runs, scores them on the test run beside baselines and controls, and reports. Without a scenario: one for each anomaly. Several must be of one shop, and hold different anomalies. Interrupted, it keeps nothing.',
  arguments: [{ name: '[scenario...]', description: 'names or YAML files' }],
  options,
  examples: ['cqshop run', 'cqshop run stock-exhaustion --seed 7', 'cqshop run my-shop.yaml --out results/my-shop'],
  load: async () => (await import('./run-run.ts')).runRun,
});
