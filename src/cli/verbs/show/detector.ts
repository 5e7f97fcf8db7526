import { minuteMs } from '../../../base/time.ts';
import { asSentence } from '../../../base/words.ts';
import { detectors } from '../../../lab/detectors/registry.ts';
import { formatTable } from '../../../lab/report/terminal/table.ts';
import { wrapText } from '../../../lab/report/terminal/wrap-text.ts';
import { findNamed } from '../../find-named.ts';
import { detectorPage, shippedPage } from '../../shipped-pages.ts';
import { defineVerb } from '../../verb.ts';

/** `cqshop show detector ID`: several anomalies may have a detector of the same id. */
export const verb = defineVerb({
  arguments: [{ name: '<id>', description: 'a detector from cqshop list detectors' }],
  examples: ['cqshop show detector cart'],
  async run({ arguments: [id = ''] }, io) {
    const shown = findNamed('detector', id, detectors).map(
      ({ anomaly, role, library, description, supervised, features }) => ({
        id,
        anomaly,
        role,
        library,
        description,
        supervised,
        windowMinutes: features.windowMs / minuteMs,
        features: features.names.map(name => ({ name, phrase: features.phrases?.[name] ?? '' })),
        page: shippedPage('detectors', detectorPage({ id, role })),
      }),
    );
    const pages = new Set(shown.flatMap(({ page }) => page ?? []));
    io.result(shown, () =>
      [
        ...shown.map(one =>
          [
            wrapText(`${id} for ${one.anomaly}: ${asSentence(one.description)}`, io.width),
            wrapText(
              `${one.role}, by ${one.library}; windows of ${one.windowMinutes} min; ${one.supervised ? 'trained with labels' : 'trained without labels'}`,
              io.width,
            ),
            '',
            one.features.some(({ phrase }) => phrase !== '')
              ? formatTable(
                  ['feature', 'in words'],
                  one.features.map(({ name, phrase }) => [name, phrase]),
                  io,
                )
              : wrapText(`features: ${one.features.map(({ name }) => name).join(', ')}`, io.width, '  '),
          ].join('\n'),
        ),
        ...[...pages].map(page => `its page: ${page}`),
      ].join('\n\n'),
    );
    return 0;
  },
});
