import { groupBy } from '../../base/group-by.ts';
import type { ScoreRow } from '../detectors/write-detections.ts';
import { entityKey } from '../features/unit-key.ts';
import { isEntityAnomaly } from './matching.ts';

/** How much of its length a window may share with an earlier one: samples that come a little early do. */
const sharedAtMost = 0.1;

/** How many of a detector's windows about an anomaly there are, and how many begin before an earlier one of the same entity ends. */
export type OverlappingWindows = {
  readonly anomaly: string;
  readonly detector: string;
  readonly windows: number;
  readonly overlapping: number;
};

/**
 * The detectors whose windows overlap. Of an anomaly of the whole shop, all rows but those of channels are about the shop, and those that begin together
 * are one window.
 */
export function overlappingWindows(rows: readonly ScoreRow[]): readonly OverlappingWindows[] {
  const pairs = groupBy(rows, ({ anomaly, detector }) => JSON.stringify([anomaly, detector])).values();
  return [...pairs].flatMap(own => {
    const [{ anomaly, detector }] = own;
    const isOfEntities = isEntityAnomaly(anomaly);
    const subjects = groupBy(own, ({ entity }) =>
      isOfEntities || entity.type === 'channel' ? entityKey(entity) : 'shop',
    );
    let windows = 0;
    let overlapping = 0;
    for (const subject of subjects.values()) {
      const sorted = [...subject].sort((a, b) => a.startMs - b.startMs);
      let latestEndMs = Number.NEGATIVE_INFINITY;
      for (const [index, { startMs, endMs }] of sorted.entries()) {
        if (!isOfEntities && sorted[index - 1]?.startMs === startMs) continue;
        windows += 1;
        if (startMs + sharedAtMost * (endMs - startMs) < latestEndMs) overlapping += 1;
        latestEndMs = Math.max(latestEndMs, endMs);
      }
    }
    return overlapping === 0 ? [] : [{ anomaly, detector, windows, overlapping }];
  });
}
