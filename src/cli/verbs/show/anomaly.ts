import { asSentence } from '../../../base/words.ts';
import { formatTable } from '../../../lab/report/terminal/table.ts';
import { wrapText } from '../../../lab/report/terminal/wrap-text.ts';
import { anomalyKinds } from '../../../shop/anomalies/registry.ts';
import { compactDuration } from '../../../shop/scenarios/moments.ts';
import { findNamed } from '../../find-named.ts';
import { shippedPage } from '../../shipped-pages.ts';
import { defineVerb } from '../../verb.ts';

/** `cqshop show anomaly ID`. */
export const verb = defineVerb({
  arguments: [{ name: '<id>', description: 'an anomaly from cqshop list anomalies' }],
  examples: ['cqshop show anomaly price-error'],
  async run({ arguments: [id = ''] }, io) {
    const [{ title, description, taxonomy, variants, defaultDurationMs }] = findNamed('anomaly', id, anomalyKinds);
    const { from, to } = defaultDurationMs;
    const page = shippedPage('anomalies', id);
    io.result({ id, title, description, taxonomy, variants, defaultDurationMs, page }, () => [
      wrapText(`${id}: ${asSentence(description)}`, io.width),
      wrapText(
        `in the field: ${taxonomy}; default duration ${compactDuration(from)} to ${compactDuration(to)}`,
        io.width,
      ),
      '',
      formatTable(['variant', 'what happens'], Object.entries(variants), io),
      ...(page === undefined ? [] : ['', `its page: ${page}`]),
    ]);
    return 0;
  },
});
