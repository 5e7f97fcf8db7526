import { CqshopError } from '../../base/errors.ts';
import { expectedWords } from '../../base/nearest-word.ts';
import { detectors } from '../../lab/detectors/registry.ts';
import { formatTable } from '../table.ts';
import type { ShowSubject } from './subjects.ts';

/** `cqshop show detector NAME`: all of the name, since several anomalies may have one. */
export const showDetector: ShowSubject = async (id, _options, io) => {
  const found = detectors.filter(detector => detector.id === id);
  if (found.length === 0) {
    const known = expectedWords(id, [...new Set(detectors.map(detector => detector.id))]);
    throw new CqshopError('UNKNOWN_NAME', `Cannot show detector ${id}: there is none, expected ${known}`);
  }
  const shown = found.map(({ anomaly, role, library, description, supervised, features }) => ({
    id,
    anomaly,
    role,
    library,
    description,
    supervised,
    windowMinutes: features.windowMs / 60_000,
    features: features.names.map(name => ({ name, phrase: features.phrases?.[name] ?? '' })),
  }));
  io.result(shown, () =>
    shown
      .map(one =>
        [
          `${id} for ${one.anomaly}: ${one.description}`,
          `${one.role}, by ${one.library}; windows of ${one.windowMinutes} min; ${one.supervised ? 'learns from labels' : 'sees no labels'}`,
          '',
          formatTable(
            ['feature', 'in words'],
            one.features.map(({ name, phrase }) => [name, phrase]),
            io,
          ),
        ].join('\n'),
      )
      .join('\n\n'),
  );
  return 0;
};
