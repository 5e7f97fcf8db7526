import { assertSimulated } from '../../app/experiment/evaluate-seeds.ts';
import { cannot } from '../../base/errors.ts';
import { detectorsFor } from '../../lab/detectors/registry.ts';
import { assertDistinct } from '../assert-distinct.ts';
import { evaluateDetections } from '../evaluate/evaluate-detections.ts';
import { evaluateOptions } from '../evaluate/evaluate-options.ts';
import { evaluateOverSeeds } from '../evaluate/evaluate-over-seeds.ts';
import { mergeShards } from '../evaluate/merge-shards.ts';
import { defineVerb } from '../verb.ts';

/** `cqshop evaluate`: over seeds, or of a dataset and detections. Exits 3 below the gate. */
export const verb = defineVerb({
  description:
    'Simulates, detects and scores over seeds that were used for neither training nor validation, and over clean runs with near misses. Baselines and controls are scored beside the learners. Scores are not point-adjusted. With --dataset and --detections it scores the detections of any detector instead, for the anomalies in the file or those named, beside our baselines and controls.',
  arguments: [{ name: '[anomaly...]', description: 'anomalies (default: all), or directories with --merge' }],
  options: evaluateOptions,
  examples: [
    'cqshop detect price-error --dataset datasets/sample --out results/sample',
    'cqshop evaluate --dataset datasets/sample --detections results/sample/detections.csv',
    'cqshop evaluate --seeds 5',
    'cqshop evaluate stock-exhaustion --gate models/accuracy.json --junit results/gate.xml',
    'cqshop evaluate stock-exhaustion --external mine=./detector.py',
    'cqshop evaluate --seeds 60 --shard 2/8 --out shards/2',
    'cqshop evaluate --merge shards/* --out results/evaluation',
  ],
  async run({ arguments: anomalies, options }, io) {
    if (options.merge) return mergeShards(anomalies, options, io);
    for (const anomaly of anomalies) detectorsFor(anomaly);
    assertDistinct(anomalies, { verb: 'evaluate', noun: 'anomaly' });
    const { dataset, detections } = options;
    if (dataset === undefined && detections === undefined && options.scores === undefined) {
      assertSimulated(anomalies);
      return evaluateOverSeeds(anomalies, options, io);
    }
    if (dataset === undefined || detections === undefined) {
      const missing = dataset === undefined ? '--dataset DIR' : '--detections FILE';
      throw cannot('USAGE', 'evaluate')(`${missing} is missing`, '--dataset DIR --detections FILE');
    }
    return evaluateDetections({ ...options, anomalies, dataset, detections }, io);
  },
});
