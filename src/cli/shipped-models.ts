import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The model of an anomaly when none is named: `models/ANOMALY` in the working directory, else the one that comes with cqshop. */
export function modelDir(anomaly: string, own = 'models'): string {
  const dir = join(own, anomaly);
  return existsSync(dir) ? dir : join(fileURLToPath(new URL('../../models', import.meta.url)), anomaly);
}
