import { expect, test } from 'vitest';
import type { Alarm } from '../../../src/lab/detectors/detector.ts';
import { incidentsOf } from '../../../src/lab/detectors/incidents.ts';
import { alarm } from '../../support/labels.ts';

const taking = (user: string, [from, to]: readonly [number, number], products: readonly string[]): Alarm => ({
  ...alarm(user, from, to),
  involved: products.map(id => ({ type: 'product', id })),
});
const idsIn = (alarms: readonly Alarm[]) =>
  incidentsOf(alarms).map(({ id, entities }) => [id, ...entities.map(entity => entity.id)]);

test('incidentsOf: a ring on one product is one incident, with the names of all behind it', () => {
  const ring = Array.from({ length: 21 }, (_, index) => taking(`r${index}`, [10, 14], ['p-1']));
  const [incident, ...others] = incidentsOf([...ring, taking('u', [11, 12], ['p-2'])]);
  expect(incident?.entities.map(({ id }) => id).sort()).toEqual(ring.map(({ entity }) => entity.id).sort());
  expect(others.map(({ alarms }) => alarms.length)).toEqual([1]);
});

test('incidentsOf: alarms belong together through others, but not through time or entity alone', () => {
  expect(idsIn([taking('a', [1, 4], ['p']), taking('b', [3, 8], ['p', 'q']), taking('c', [6, 9], ['q'])])).toEqual([
    [1, 'a', 'b', 'c'],
  ]);
  expect(idsIn([taking('a', [1, 4], ['p']), taking('b', [1, 4], ['q'])])).toHaveLength(2);
  expect(idsIn([taking('a', [1, 4], ['p']), taking('b', [4, 6], ['p'])])).toHaveLength(2);
  // A later, longer alarm joins two that were apart.
  expect(idsIn([taking('a', [1, 9], ['p']), taking('b', [2, 9], ['q']), taking('c', [3, 4], ['p', 'q'])])).toEqual([
    [1, 'a', 'b', 'c'],
  ]);
});

test('incidentsOf: alarms of different detectors or anomalies are apart, and the highest score explains', () => {
  const one = { ...taking('a', [1, 4], ['p']), score: 0.6 };
  const other = { ...taking('b', [2, 5], ['p']), score: 0.9 };
  expect(idsIn([one, { ...other, detector: 'rule' }])).toHaveLength(2);
  expect(idsIn([one, { ...other, anomaly: 'price-error' }])).toHaveLength(2);
  const [incident] = incidentsOf([one, other]);
  expect(incident).toMatchObject({ startMs: one.startMs, endMs: other.endMs, best: other });
});
