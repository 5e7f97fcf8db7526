import type { Detector } from '../../src/lab/detectors/detector.ts';
import { drawOf } from '../../src/lab/detectors/draws.ts';
import { type TrainingData, trainingData } from '../../src/lab/detectors/training.ts';
import { isEntityAnomaly } from '../../src/lab/evaluation/matching.ts';
import { unitLabeller } from '../../src/lab/evaluation/unit-truth.ts';
import { unitKey } from '../../src/lab/features/unit-key.ts';
import { hoardingStream, type StreamOptions } from './hoarding-stream.ts';

/** Training data of one hand-made stream. Its labels are of stock-exhaustion; for other entity anomalies one unit in twenty is called positive. */
export async function hoardingData(detectors: readonly Detector[], options: StreamOptions): Promise<TrainingData> {
  const { records, span, truth } = hoardingStream(options);
  const labeller = unitLabeller(truth);
  const kindOf: typeof labeller.kindOf = (unit, featureSet, anomaly) => {
    if (anomaly === 'stock-exhaustion' || !isEntityAnomaly(anomaly)) return labeller.kindOf(unit, featureSet, anomaly);
    return drawOf(1, unitKey(unit)) < 0.05 ? 'positive' : 'clean';
  };
  return trainingData([{ records: [records], span, labeller: { ...labeller, kindOf } }], detectors);
}
