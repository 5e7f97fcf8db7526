import { groupBy } from '../../base/group-by.ts';
import type { Entity } from '../../data/dataset/truth.ts';
import { entityKey } from '../features/unit-key.ts';
import type { Alarm } from './detector.ts';

/** Alarms that are one event to people: a ring of 21 accounts is one incident. */
export type Incident<Raised extends Summed = Alarm> = {
  /** Number in the order of starts, from 1. */
  readonly id: number;
  /** By start. */
  readonly alarms: readonly Raised[];
  readonly startMs: number;
  readonly endMs: number;
  /** What its alarms are about, each once. */
  readonly entities: readonly Entity[];
  /** The alarm with the highest score, which explains the incident. */
  readonly best: Raised;
};

/** What an incident is made of. */
type Summed = Pick<Alarm, 'startMs' | 'endMs' | 'score' | 'entity'>;

/**
 * Alarms of one detector and anomaly are one incident where they overlap and share an entity: the one that they are about, or one that was
 * involved, such as the product that all took. Scoring counts single alarms.
 */
export function incidentsOf(alarms: readonly Alarm[]): readonly Incident[] {
  const sorted = [...alarms].sort((a, b) => a.startMs - b.startMs || (a.entity.id < b.entity.id ? -1 : 1));
  const roots = sorted.map((_, index) => index);
  const rootOf = (index: number): number => {
    const above = roots[index] ?? index;
    return above === index ? index : rootOf(above);
  };
  /** By detector and entity, the earlier alarm that ends last. */
  const latest = new Map<string, number>();
  for (const [index, { anomaly, detector, entity, involved = [], startMs, endMs }] of sorted.entries()) {
    for (const each of [entity, ...involved]) {
      const key = `${detector}/${anomaly}/${entityKey(each)}`;
      const earlier = latest.get(key);
      const untilMs = earlier === undefined ? Number.NEGATIVE_INFINITY : (sorted[earlier]?.endMs ?? 0);
      if (earlier !== undefined && untilMs > startMs) {
        const [low, high] = [rootOf(earlier), rootOf(index)].sort((a, b) => a - b);
        roots[high ?? index] = low ?? index;
      }
      if (endMs > untilMs) latest.set(key, index);
    }
  }
  const rooted = sorted.map((alarm, index) => ({ alarm, root: rootOf(index) }));
  const incidents = [...groupBy(rooted, ({ root }) => root).values()];
  return incidents.map((together, index) =>
    incidentOf(
      index + 1,
      together.map(({ alarm }) => alarm),
    ),
  );
}

/** The incident that some alarms are. @param alarms by start */
export function incidentOf<Raised extends Summed>(id: number, alarms: readonly Raised[]): Incident<Raised> {
  return {
    id,
    alarms,
    startMs: Math.min(...alarms.map(({ startMs }) => startMs)),
    endMs: Math.max(...alarms.map(({ endMs }) => endMs)),
    entities: [...new Map(alarms.map(({ entity }) => [entityKey(entity), entity])).values()],
    best: alarms.reduce((top, each) => (each.score > top.score ? each : top)),
  };
}

/** The number of each alarm's incident. */
export function incidentIds(alarms: readonly Alarm[]): ReadonlyMap<Alarm, number> {
  return new Map(incidentsOf(alarms).flatMap(({ id, alarms: all }) => all.map(alarm => [alarm, id] as const)));
}
