import type { Label } from '../../data/dataset/truth.ts';
import { isEntityAnomaly } from './matching.ts';
import { smallestVisibleZ, statedZ } from './stated-z.ts';
import type { RunTruth } from './unit-truth.ts';

/**
 * The labels that a detector could see at all: those of users and products that left a `direct` message, those of the whole shop with a z of
 * at least 3, or without one.
 */
export function visibleLabels({ labels, caused }: Pick<RunTruth, 'labels' | 'caused'>): ReadonlySet<Label> {
  const traced = new Set(
    [...caused.values()].flat().flatMap(({ labelId, relation }) => (relation === 'direct' ? labelId : [])),
  );
  return new Set(
    labels.filter(label =>
      isEntityAnomaly(label.anomaly) ? traced.has(label.id) : (statedZ(label) ?? smallestVisibleZ) >= smallestVisibleZ,
    ),
  );
}
