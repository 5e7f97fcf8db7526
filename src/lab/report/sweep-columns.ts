import { groupBy } from '../../base/group-by.ts';
import { isEntityAnomaly } from '../evaluation/matching.ts';
import { allVariants, type SweepPoint, seenFrom } from '../evaluation/sweep-points.ts';

/** What a strength is. */
export function axisOf(anomaly: string): string {
  return isEntityAnomaly(anomaly) ? 'size, 1 is that of subtle' : 'z';
}

/** Of an anomaly, in order. */
export function strengthsOf(points: readonly SweepPoint[]): readonly number[] {
  return [...new Set(points.map(({ strength }) => strength))].sort((a, b) => a - b);
}

/** The points of each detector, in their order. */
export function byDetector(points: readonly SweepPoint[]): [SweepPoint, ...SweepPoint[]][] {
  return [...groupBy(points, ({ detector }) => detector).values()];
}

/** The variants, where there are several. */
export function variantsOf(points: readonly SweepPoint[]): readonly string[] {
  return [...new Set(points.map(({ variant }) => variant))].filter(variant => variant !== allVariants);
}

/** The first point of that strength. @param points of one detector, where the figures of detectors differ */
export function pointAt(
  points: readonly SweepPoint[],
  strength: number,
  variant = allVariants,
): SweepPoint | undefined {
  return points.find(point => point.variant === variant && point.strength === strength);
}

/** Of one detector: the weakest strength that it sees of a variant, over all variants of each, or '-'. */
export function formatSeen(points: readonly SweepPoint[], variant = allVariants): string {
  const own = points.filter(point => variant === allVariants || point.variant === variant);
  return String(seenFrom(own) ?? '-');
}

/** The baseline that found most. */
export function mostFoundBaseline(points: readonly SweepPoint[]): string | undefined {
  const found = new Map<string, number>();
  for (const { role, detector, detected } of points) {
    if (role === 'baseline') found.set(detector, (found.get(detector) ?? 0) + detected);
  }
  return [...found].sort((a, b) => b[1] - a[1])[0]?.[0];
}
