import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The models that come with cqshop, and `accuracy.json`, which states what they reach. */
export const shippedModels = fileURLToPath(new URL('../../models', import.meta.url));

/** The default model of an anomaly: `models/ANOMALY` in the working directory, else the model that comes with cqshop. */
export function modelDir(anomaly: string, own = 'models'): string {
  const dir = join(own, anomaly);
  return existsSync(dir) ? dir : join(shippedModels, anomaly);
}

/** The models of an anomaly: those in a directory of models, by default as `modelDir`. */
export function modelsOf(anomaly: string, dir: string | undefined): string {
  return dir === undefined ? modelDir(anomaly) : join(dir, anomaly);
}
