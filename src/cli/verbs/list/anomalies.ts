import { asSentence } from '../../../base/words.ts';
import { formatTable } from '../../../lab/report/terminal/table.ts';
import { anomalyKinds } from '../../../shop/anomalies/registry.ts';
import { defineVerb } from '../../verb.ts';

/** `cqshop list anomalies`. */
export const verb = defineVerb({
  examples: ['cqshop list anomalies'],
  async run(_, io) {
    const rows = anomalyKinds.map(({ id, title, description, taxonomy, variants }) => ({
      id,
      title,
      description,
      taxonomy,
      variants,
    }));
    io.result(rows, () =>
      formatTable(
        ['anomaly', 'variants', 'description'],
        rows.map(({ id, variants, description }) => [
          id,
          Object.keys(variants).join(io.width === undefined ? ' ' : '\n'),
          asSentence(description),
        ]),
        io,
      ),
    );
    return 0;
  },
});
