import type { AnomalyKind } from '../interventions/intervention.ts';
import { priceError } from './price-error/price-error.ts';
import { stockExhaustion } from './stock-exhaustion/stock-exhaustion.ts';
import { trafficIntensity } from './traffic-intensity/traffic-intensity.ts';
import { workloadShape } from './workload-shape/workload-shape.ts';

/** Every kind of anomaly; adding one is a folder here and a line below. */
export const anomalyKinds: readonly AnomalyKind[] = [stockExhaustion, priceError, trafficIntensity, workloadShape];
