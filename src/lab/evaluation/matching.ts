import { minuteMs, type Span } from '../../base/time.ts';
import { type AnomalyFact, anomalyFacts } from '../../data/dataset/anomaly-facts.ts';
import { type Entity, type Label, wholeShop } from '../../data/dataset/truth.ts';
import type { Alarm } from '../detectors/detector.ts';
import { includesEntity } from '../features/unit-key.ts';

/** True if an alarm must name an entity of the label. Other anomalies, and unknown ones, are about the whole shop. */
export function isEntityAnomaly(anomaly: string): boolean {
  const facts: Readonly<Record<string, AnomalyFact>> = anomalyFacts;
  return Object.hasOwn(facts, anomaly) && facts[anomaly]?.subject === 'entity';
}

/**
 * What an alarm counts for: the entity that it names, or the shop, if the anomaly is about the whole shop. Otherwise an alarm for each service would be
 * many right alarms about one label. Channels count for themselves where the labels name channels and, without labels, where the anomaly is none of the shop.
 *
 * @param labels of the alarm's anomaly
 */
export function subjectOf({ anomaly, entity }: Pick<Alarm, 'anomaly' | 'entity'>, labels: readonly Label[]): Entity {
  const isOfChannels = labels.length === 0 ? !Object.hasOwn(anomalyFacts, anomaly) : labels.some(isAboutChannels);
  return isEntityAnomaly(anomaly) || (entity.type === 'channel' && isOfChannels) ? entity : wholeShop;
}

function isAboutChannels({ entities }: Label): boolean {
  return entities.some(({ type }) => type === 'channel');
}

/** An alarm with the labels that it is right about, and the near misses that it mistook for an anomaly. */
export type MatchedAlarm = {
  readonly alarm: Alarm;
  readonly labels: readonly Label[];
  /** Only for alarms that are right about nothing. */
  readonly nearMisses: readonly Label[];
};

/**
 * Matches the alarms of one detector with the labels of its anomaly.
 *
 * An alarm is right about a label if it overlaps [start, effect_end + one window] and, for entity anomalies and labels of channels, names one of its entities.
 * There is no point adjustment: an alarm counts once, however long the label. A wrong alarm counts against a near miss if it overlaps it in
 * the same way and names one of its entities; if the near miss lists no entity of the alarm's type (a crowd), overlap is enough.
 */
export function matchAlarms(
  alarms: readonly Alarm[],
  truth: { readonly labels: readonly Label[]; readonly nearMisses: readonly Label[] },
  windowMs: number,
): readonly MatchedAlarm[] {
  return alarms.map(alarm => {
    const labels = truth.labels.filter(
      label => label.anomaly === alarm.anomaly && overlaps(alarm, label, windowMs) && isNamed(alarm, label),
    );
    const nearMisses =
      labels.length > 0
        ? []
        : truth.nearMisses.filter(miss => overlaps(alarm, miss, windowMs) && isCharged(alarm, miss));
    return { alarm, labels, nearMisses };
  });
}

/** True if an alarm overlaps [start, effect_end + one window] of a label, whatever it names. @public */
export function overlaps(alarm: Span, { start, effect_end }: Label, windowMs: number): boolean {
  return alarm.startMs <= Date.parse(effect_end) + windowMs && alarm.endMs > Date.parse(start);
}

function isNamed({ anomaly, entity }: Alarm, label: Label): boolean {
  const mustName = isEntityAnomaly(anomaly) || isAboutChannels(label);
  return !mustName || includesEntity(label.entities, entity);
}

function isCharged(alarm: Alarm, miss: Label): boolean {
  const ofType = miss.entities.filter(({ type }) => type === alarm.entity.type);
  return !isEntityAnomaly(alarm.anomaly) || ofType.length === 0 || ofType.some(({ id }) => id === alarm.entity.id);
}

/** Minutes from the label's start to the first right alarm, at least 0; null if there is none. */
export function detectionDelayMinutes(label: Label, matched: readonly MatchedAlarm[]): number | null {
  const times = matched.filter(({ labels }) => labels.includes(label)).map(({ alarm }) => alarm.detectedAtMs);
  return times.length === 0 ? null : Math.max(0, (Math.min(...times) - Date.parse(label.start)) / minuteMs);
}
