import type { AnomalyKind } from '../interventions/intervention.ts';
import { priceError } from './price-error/price-error.ts';
import { stockExhaustion } from './stock-exhaustion/stock-exhaustion.ts';
import { trafficIntensity } from './traffic-intensity/traffic-intensity.ts';
import { workloadShape } from './workload-shape/workload-shape.ts';

/** Every kind of anomaly. To add one: a folder here, a line below, and a line in `anomalyFacts`. */
export const anomalyKinds: readonly AnomalyKind[] = [stockExhaustion, priceError, trafficIntensity, workloadShape];
