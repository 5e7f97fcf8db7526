import { inThousands, pluralize } from '../../base/words.ts';
import type { Detector } from './detector.ts';
import type { Model } from './model.ts';
import { seriesAnomaly } from './series/series-detector.ts';

/** Data that a detector is used on. */
export type DataExtent = {
  /** Names the data, for messages. */
  readonly name: string;
  readonly days: number;
  /** Undefined where it is not known yet. */
  readonly messagesPerDay?: number;
};

/** The first day is not scored: of such short data `detect` says that nothing was scored, and there is nothing more to say. */
const unscoredDays = 1;
/** Days after which every weekday has occurred, and one of them twice. */
const leastDays = 8;
/** How far the messages a day may be from those of the training data, as a factor. */
const scaleLimit = 1.25;

/**
 * What to know before a model is used on data unlike its training data, one note a difference. Only models of counts over time depend on it. Their false
 * alarms in 15 clean days of the shop, seeds 821101 to 821103: at a quarter of the messages 28, at half of them 13, at 0.7 of them 9.
 */
export function fitNotes(
  { detector, description }: Pick<Model, 'detector' | 'description'>,
  { name, days, messagesPerDay }: DataExtent,
  modelName: string,
): readonly string[] {
  if (!isOfCounts(detector) || days <= unscoredDays) return [];
  const { messagesPerDay: usual } = description.training;
  const notes = shortNotes([detector], { name, days });
  if (usual === undefined || messagesPerDay === undefined) return notes;
  const factor = messagesPerDay / usual;
  if (factor < scaleLimit && factor > 1 / scaleLimit) return notes;
  return [
    `${modelName} was trained on ${rounded(usual)} messages a day, ${name} has ${rounded(messagesPerDay)}: expect false alarms. Train a model on such data: cqshop train ${detector.anomaly} --dataset DIR --out MODEL, and use it with --model MODEL`,
    ...notes,
  ];
}

/** A note where the data are too short for detectors of counts over time. */
export function shortNotes(detectors: readonly Detector[], { name, days }: DataExtent): readonly string[] {
  const [first] = detectors.filter(isOfCounts);
  // From the first to the last message of 8 days it is a little less.
  const wholeDays = Number(days.toPrecision(2));
  if (first === undefined || days <= unscoredDays || wholeDays >= leastDays) return [];
  return [
    `${name} has ${pluralize(wholeDays, 'day')}: detectors of ${first.anomaly} leave out the first, and know the usual level after ${leastDays}. Expect more false alarms, or use ${leastDays} days or more`,
  ];
}

/** The detector of series knows no shop: it judges the first day, and says itself what a short history does not permit. */
function isOfCounts({ anomaly, features }: Detector): boolean {
  return features.channels !== undefined && anomaly !== seriesAnomaly;
}

/** Two significant digits: "12,000". */
function rounded(amount: number): string {
  return inThousands(Number(amount.toPrecision(2)));
}
