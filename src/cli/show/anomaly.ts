import { CqshopError } from '../../base/errors.ts';
import { expectedWords } from '../../base/nearest-word.ts';
import { anomalyKinds } from '../../shop/anomalies/registry.ts';
import { formatDuration } from '../../shop/scenarios/moments.ts';
import { formatTable } from '../table.ts';
import type { ShowSubject } from './subjects.ts';

/** `cqshop show anomaly ID`. */
export const showAnomaly: ShowSubject = async (id, _options, io) => {
  const kind = anomalyKinds.find(candidate => candidate.id === id);
  if (kind === undefined) {
    const known = expectedWords(
      id,
      anomalyKinds.map(candidate => candidate.id),
    );
    throw new CqshopError('UNKNOWN_NAME', `Cannot show anomaly ${id}: there is none, expected ${known}`);
  }
  const { title, description, taxonomy, variants, defaultDurationMs } = kind;
  io.result({ id, title, description, taxonomy, variants, defaultDurationMs }, () =>
    [
      `${id}: ${description}`,
      `in the field: ${taxonomy}; lasts ${formatDuration(defaultDurationMs.from)} to ${formatDuration(defaultDurationMs.to)} unless told otherwise`,
      '',
      formatTable(['variant', 'what happens'], Object.entries(variants), io),
    ].join('\n'),
  );
  return 0;
};
