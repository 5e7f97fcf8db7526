import type { Entity } from './truth.ts';

/** What the alarms of an anomaly are about: single entities of one type, which an alarm must name, or the shop as a whole. */
export type AnomalyFact =
  | { readonly subject: 'entity'; readonly entityType: Exclude<Entity['type'], 'shop'> }
  | { readonly subject: 'shop'; readonly entityType: null };

/**
 * Every anomaly that the shop can simulate and the lab can score, by its id: the one fact about it that both need. `AnomalyKind` in
 * shop requires the same values, and lab keeps exhaustive records by `AnomalyId`: forgetting an anomaly is a compile error.
 */
export const anomalyFacts = {
  'stock-exhaustion': { subject: 'entity', entityType: 'user' },
  'price-error': { subject: 'entity', entityType: 'product' },
  'traffic-intensity': { subject: 'shop', entityType: null },
  'workload-shape': { subject: 'shop', entityType: null },
} as const satisfies Readonly<Record<string, AnomalyFact>>;

/** An anomaly's id: its folder in shop and the word for it in scenarios, labels and detections. */
export type AnomalyId = keyof typeof anomalyFacts;

/** How strong an anomaly is, from one that anybody would see to one that hardly anybody can. */
export const intensities = ['blatant', 'moderate', 'subtle'] as const;

export type Intensity = (typeof intensities)[number];
