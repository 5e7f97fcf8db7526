import type { Model, ModelDescription } from '../../lab/detectors/model.ts';
import { detectorFor } from '../../lab/detectors/registry.ts';

/** A model that can be sent to a worker, which finds its detector by name. */
export type PortableModel = Pick<Model, 'files'> & { readonly description: ModelDescription };

export function portable({ description, files }: Model): PortableModel {
  return { description, files };
}

/** @throws UNKNOWN_NAME when the detector is not registered */
export function unpacked({ description, files }: PortableModel): Model {
  return { detector: detectorFor(description.anomaly, description.detector), description, files };
}
