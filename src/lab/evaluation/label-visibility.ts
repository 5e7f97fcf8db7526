import type { Label } from '../../data/dataset/truth.ts';
import { isEntityAnomaly } from './matching.ts';
import type { RunTruth } from './unit-truth.ts';

/** What stands out less than this from chance cannot be detected reliably (Renz et al. 2023, arXiv 2308.12925). */
export const smallestVisibleZ = 3;

/** How far a label stands out from chance, as the simulation states it; null where it does not. */
export function statedZ({ parameters, receipt }: Pick<Label, 'parameters' | 'receipt'>): number | null {
  const z = parameters.visibilityZ ?? receipt.visibilityZ;
  return typeof z === 'number' ? Math.abs(z) : null;
}

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
