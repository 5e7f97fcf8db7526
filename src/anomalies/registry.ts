import type { AnomalyKind } from './intervention.ts';
import { stockExhaustion } from './stock-exhaustion/stock-exhaustion.ts';

/** Every kind of anomaly; adding one is a folder here and a line below. */
export const anomalyKinds: readonly AnomalyKind[] = [stockExhaustion];
