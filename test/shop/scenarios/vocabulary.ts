import type { Vocabulary } from '../../../src/shop/scenarios/vocabulary.ts';

const hours = (from: number, to: number) => ({ from: from * 3_600_000, to: to * 3_600_000 });

/** Words as the registries of anomalies and near misses give them, so that the tests of this room need no other. */
export const vocabulary: Vocabulary = {
  anomalies: new Map([
    [
      'stock-exhaustion',
      { variants: ['fast-hoarder', 'slow-hoarder', 'account-ring'], defaultDurationMs: hours(1, 6) },
    ],
    ['price-error', { variants: ['lost-decimal', 'zero-price', 'wrong-discount'], defaultDurationMs: hours(0.25, 4) }],
    [
      'traffic-intensity',
      { variants: ['bot-flood', 'registration-burst', 'near-silence'], defaultDurationMs: hours(0.5, 4) },
    ],
    ['workload-shape', { variants: ['service-outage', 'demand-surge'], defaultDurationMs: hours(3, 8) }],
  ]),
  nearMisses: new Map(
    [
      'flash-sale',
      'clearance',
      'price-cut',
      'campaign',
      'bulk-buyer',
      'sell-out',
      'holiday',
      'quiet-morning',
      'busy-evening',
    ].map(kind => [kind, { defaultDurationMs: hours(1, 24) }]),
  ),
};
