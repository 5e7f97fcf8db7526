import { anomalyKinds } from '../anomalies/registry.ts';
import type { AnomalyKind, NearMissKind } from '../interventions/intervention.ts';
import { nearMissKinds } from '../near-misses/registry.ts';

/** The words that a scenario may use: every registered anomaly and near miss, by its id. */
export const vocabulary: {
  readonly anomalies: ReadonlyMap<string, AnomalyKind>;
  readonly nearMisses: ReadonlyMap<string, NearMissKind>;
} = {
  anomalies: new Map(anomalyKinds.map(kind => [kind.id, kind])),
  nearMisses: new Map(nearMissKinds.map(kind => [kind.id, kind])),
};

/** What is registered under a word of a checked scenario. */
export function known<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Value {
  const value = map.get(key);
  if (value === undefined) throw new TypeError(`${String(key)} is in no registry, although the scenario was checked`);
  return value;
}
