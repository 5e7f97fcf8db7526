import { CqshopError } from '../../base/errors.ts';
import { expectedWords } from '../../base/nearest-word.ts';
import { nearMissKinds } from '../../shop/near-misses/registry.ts';
import { formatDuration } from '../../shop/scenarios/moments.ts';
import type { ShowSubject } from './subjects.ts';

/** `cqshop show near-miss KIND`. */
export const showNearMiss: ShowSubject = async (id, _options, io) => {
  const kind = nearMissKinds.find(candidate => candidate.id === id);
  if (kind === undefined) {
    const known = expectedWords(
      id,
      nearMissKinds.map(candidate => candidate.id),
    );
    throw new CqshopError('UNKNOWN_NAME', `Cannot show near miss ${id}: there is none, expected ${known}`);
  }
  const { title, description, taxonomy, defaultDurationMs } = kind;
  const { from, to } = defaultDurationMs;
  const lasts = from === to ? formatDuration(from) : `${formatDuration(from)} to ${formatDuration(to)}`;
  io.result({ id, title, description, taxonomy, defaultDurationMs }, () =>
    [`${id}: ${description}`, `in the field: ${taxonomy}; lasts ${lasts} unless told otherwise`].join('\n'),
  );
  return 0;
};
