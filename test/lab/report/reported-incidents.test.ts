import { expect, test } from 'vitest';
import { reportedIncidents } from '../../../src/lab/report/reported-incidents.ts';

test('reportedIncidents: an incident has the time, the entities, the first detection and the labels of all its alarms', () => {
  const alarm = (id: string, [startMs, endMs, detectedAtMs]: readonly [number, number, number]) => ({
    ...{ startMs, endMs, detectedAtMs, incident: 1, threshold: 0.5, evidence: id, nearMisses: [] },
    entity: { type: 'user' as const, id },
  });
  const weak = { ...alarm('u-1', [10, 30, 25]), score: 0.6, labels: [] };
  const strong = { ...alarm('u-2', [20, 40, 22]), score: 0.9, labels: ['ring'] };
  const again = { ...alarm('u-2', [35, 38, 36]), score: 0.8, labels: ['ring'] };
  const other = { ...alarm('u-3', [50, 60, 55]), score: 0.7, labels: [], incident: 2, nearMisses: ['sale'] };
  const [first, second, ...rest] = reportedIncidents([weak, strong, again, other]);
  expect(rest).toEqual([]);
  expect(first).toMatchObject({ id: 1, startMs: 10, endMs: 40, detectedAtMs: 22, labels: ['ring'], best: strong });
  expect(first?.entities).toEqual([weak.entity, strong.entity]);
  expect(second).toMatchObject({ id: 2, best: other, nearMisses: ['sale'] });
});
