import { type CqshopError, cannot } from '../../base/errors.ts';
import { expectedWords } from '../../base/words.ts';
import type { AnomalyId } from '../../data/dataset/anomaly-facts.ts';
import type { Detector } from './detector.ts';
import { priceErrorDetectors } from './price-error-detectors.ts';
import { seriesAnomaly, seriesDetector } from './series/series-detector.ts';
import { stockExhaustionDetectors } from './stock-exhaustion-detectors.ts';
import { trafficIntensityDetectors } from './traffic-intensity-detectors.ts';
import { workloadShapeDetectors } from './workload-shape-detectors.ts';

/** The detectors of each anomaly: the learner, its baselines, its references, then the controls. */
const detectorsByAnomaly: Readonly<Record<AnomalyId, readonly Detector[]>> = {
  'stock-exhaustion': stockExhaustionDetectors,
  'price-error': priceErrorDetectors,
  'traffic-intensity': trafficIntensityDetectors,
  'workload-shape': workloadShapeDetectors,
};

/** Every detector, an anomaly at a time. */
export const detectors: readonly Detector[] = [...Object.values(detectorsByAnomaly).flat(), seriesDetector];

/** Anomalies of the shop that have detectors. */
export const detectableAnomalies: readonly string[] = Object.keys(detectorsByAnomaly);

/** What can be searched: the anomalies of the shop, and `series` in data of any origin. */
export const searchedAnomalies: readonly string[] = [...detectableAnomalies, seriesAnomaly];

/** The detectors of one anomaly. @throws UNKNOWN_NAME */
export function detectorsFor(anomaly: string): readonly Detector[] {
  const found = detectors.filter(detector => detector.anomaly === anomaly);
  if (found.length === 0) throw unknown('anomaly', anomaly, searchedAnomalies);
  return found;
}

/** The detectors that `run` trains, and that `models/` holds: all but references. @throws UNKNOWN_NAME */
export function modelledDetectorsFor(anomaly: string): readonly Detector[] {
  return detectorsFor(anomaly).filter(({ role }) => role !== 'reference');
}

/** The references of an anomaly, which `evaluate --reference` trains. @throws UNKNOWN_NAME */
export function referencesFor(anomaly: string): readonly Detector[] {
  return detectorsFor(anomaly).filter(({ role }) => role === 'reference');
}

/** The learner of an anomaly, or its detector with this id. @throws UNKNOWN_NAME */
export function detectorFor(anomaly: string, id?: string): Detector {
  const candidates = detectorsFor(anomaly);
  const found = candidates.find(detector => (id === undefined ? detector.role === 'learner' : detector.id === id));
  if (found !== undefined) return found;
  const ids = candidates.map(candidate => candidate.id);
  throw unknown('detector', id ?? 'learner', ids);
}

function unknown(what: string, word: string, known: readonly string[]): CqshopError {
  return cannot('UNKNOWN_NAME', `find ${what} ${word}`)('it is unknown', expectedWords(word, known));
}
