import { sum } from '../../../base/sum.ts';
import { meanOrNull } from './mean-or-null.ts';
import type { Segment } from './segments.ts';

/** From `from` to `to`, without it: sample i lasts from i to i + 1. */
type Interval = { readonly from: number; readonly to: number };

/**
 * Affiliation precision and recall of Huet et al., KDD 2022: how near predictions are to the anomaly of their zone, and anomalies to the predictions,
 * compared with a prediction at a random place in the zone. Random predictions have a precision of about 0.5, and many of them a recall near 1.
 *
 * @param length of the series [samples]
 * @returns null where it has no meaning: precision without a prediction, recall without an anomaly
 */
export function affiliation(anomalies: readonly Segment[], predictions: readonly Segment[], length: number) {
  const events = anomalies.map(intervalOf);
  const precisions: number[] = [];
  const recalls: number[] = [];
  for (const [index, event] of events.entries()) {
    const before = events[index - 1];
    const after = events[index + 1];
    const zone = {
      from: before === undefined ? 0 : (before.to + event.from) / 2,
      to: after === undefined ? length : (event.to + after.from) / 2,
    };
    const inZone = predictions.map(intervalOf).flatMap(interval => cut(interval, zone));
    if (inZone.length > 0) precisions.push(precisionOf(event, inZone, zone));
    recalls.push(inZone.length === 0 ? 0 : recallOf(event, inZone, zone));
  }
  return { precision: meanOrNull(precisions), recall: meanOrNull(recalls) };
}

/** The mean over predicted time of the probability that a random moment of the zone is farther from the event. */
function precisionOf(event: Interval, predictions: readonly Interval[], zone: Interval): number {
  const gap = Math.min(event.from - zone.from, zone.to - event.to);
  const outside = ([nearest, farthest]: readonly [number, number]) => {
    const length = farthest - nearest;
    if (length <= 0) return 0;
    const bothSides = (square(Math.min(farthest, gap)) - square(Math.min(nearest, gap))) / 2;
    const oneSide = gap * (Math.max(farthest, gap) - Math.max(nearest, gap));
    const own = (square(farthest) - square(nearest)) / 2;
    return length - (bothSides + oneSide + own + lengthOf(event) * length) / lengthOf(zone);
  };
  let total = 0;
  for (const { from, to } of predictions) {
    total += Math.max(0, Math.min(to, event.to) - Math.max(from, event.from));
    total += outside([event.from - Math.min(to, event.from), event.from - from]);
    total += outside([Math.max(from, event.to) - event.to, to - event.to]);
  }
  return total / sum(predictions, lengthOf);
}

/** The mean over the event's time of the probability that a random moment of the zone is farther from it than the predictions are. */
function recallOf(event: Interval, predictions: readonly Interval[], zone: Interval): number {
  const distance = (at: number) => Math.min(...predictions.map(({ from, to }) => Math.max(0, from - at, at - to)));
  const border = (at: number) => Math.min(at - zone.from, zone.to - at);
  const farther = (at: number) => 1 - Math.min(1, (Math.min(distance(at), border(at)) + distance(at)) / lengthOf(zone));
  const bends = [
    ...predictions.flatMap(({ from, to }, index) => {
      const next = predictions[index + 1];
      return next === undefined ? [from, to] : [from, to, (to + next.from) / 2];
    }),
    (zone.from + zone.to) / 2,
  ];
  const cuts = [event.from, ...bends.filter(at => at > event.from && at < event.to), event.to].sort((a, b) => a - b);
  let total = 0;
  for (const [index, to] of cuts.entries()) {
    const from = cuts[index - 1];
    if (from === undefined) continue;
    // Both distances are straight here; where they cross, the lesser one bends.
    const [atStart, atEnd] = [distance(from) - border(from), distance(to) - border(to)];
    const crossing = atStart * atEnd < 0 ? from + ((to - from) * atStart) / (atStart - atEnd) : to;
    total += ((farther(from) + farther(crossing)) / 2) * (crossing - from);
    total += ((farther(crossing) + farther(to)) / 2) * (to - crossing);
  }
  return total / lengthOf(event);
}

function intervalOf({ first, last }: Segment): Interval {
  return { from: first, to: last + 1 };
}

function cut({ from, to }: Interval, zone: Interval): readonly Interval[] {
  const inside = { from: Math.max(from, zone.from), to: Math.min(to, zone.to) };
  return inside.to > inside.from ? [inside] : [];
}

function lengthOf({ from, to }: Interval): number {
  return to - from;
}

function square(value: number): number {
  return value * value;
}
