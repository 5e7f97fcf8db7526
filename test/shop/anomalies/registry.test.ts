import { expect, test } from 'vitest';
import { anomalyFacts } from '../../../src/data/dataset/anomaly-facts.ts';
import { anomalyKinds } from '../../../src/shop/anomalies/registry.ts';
import type { AnomalyKind } from '../../../src/shop/interventions/intervention.ts';

test('anomalyKinds has every anomaly of anomalyFacts once, and agrees on what it is about', () => {
  expect(anomalyKinds.map(({ id, subject, entityType }) => [id, { subject, entityType }])).toEqual(
    Object.entries(anomalyFacts),
  );
});

test('an anomaly kind that forgets what it is about, or contradicts anomalyFacts, does not compile', () => {
  const [kind] = anomalyKinds;
  if (kind === undefined) throw new Error('there is no anomaly');
  const { entityType, ...forgetful } = kind;
  // @ts-expect-error: entityType is missing
  const withoutType: AnomalyKind = forgetful;
  // @ts-expect-error: price errors are about products
  const contradicting: AnomalyKind = { ...kind, id: 'price-error', subject: 'entity', entityType: 'user' };
  expect([withoutType.id, contradicting.entityType]).toEqual(['stock-exhaustion', entityType]);
});
