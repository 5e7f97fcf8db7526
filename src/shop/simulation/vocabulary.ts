import { anomalyKinds } from '../anomalies/registry.ts';
import { nearMissKinds } from '../near-misses/registry.ts';
import type { Vocabulary } from '../scenarios/vocabulary.ts';

/** The words that a scenario may use: every registered anomaly and near miss. */
export const vocabulary: Vocabulary = {
  anomalies: new Map(
    anomalyKinds.map(({ id, variants, defaultDurationMs }) => [
      id,
      { variants: Object.keys(variants), defaultDurationMs },
    ]),
  ),
  nearMisses: new Map(nearMissKinds.map(({ id, defaultDurationMs }) => [id, { defaultDurationMs }])),
};
