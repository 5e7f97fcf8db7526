import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** `models` in the working directory; where there is none, the models that come with cqshop. */
export function modelsDir(): string {
  return existsSync('models') ? 'models' : fileURLToPath(new URL('../../models', import.meta.url));
}
