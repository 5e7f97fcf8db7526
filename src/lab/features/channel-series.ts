import type { Unit } from './feature-set.ts';
import { byTopic, type SeriesFeatures } from './series-counts.ts';

/** Messages by topic, as of `byTopic`, with a unit for each topic in each window: each topic is a channel of its own. Their features are the counts of all. */
export function channelSeries(
  topics: readonly string[],
  windowMs: number,
  topicAliases?: ReadonlyMap<string, string>,
): SeriesFeatures {
  const counted = byTopic({ id: 'series', windowMs }, topics, topicAliases);
  const entities = topics.map(id => ({ type: 'channel' as const, id }));
  const split = (units: readonly Unit[]) => units.flatMap(unit => entities.map(entity => ({ ...unit, entity })));
  return {
    ...counted,
    entityOf: record => entities[counted.channels.of(record)[0] ?? -1],
    fold(startMs) {
      const { push, advance, finish } = counted.fold(startMs);
      return {
        push: record => split(push(record)),
        advance: timeMs => split(advance?.(timeMs) ?? []),
        finish: endMs => split(finish(endMs)),
      };
    },
  };
}
