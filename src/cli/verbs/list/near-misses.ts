import { asSentence } from '../../../base/words.ts';
import { formatTable } from '../../../lab/report/terminal/table.ts';
import { nearMissKinds } from '../../../shop/near-misses/registry.ts';
import { defineVerb } from '../../verb.ts';

/** `cqshop list near-misses`. */
export const verb = defineVerb({
  examples: ['cqshop list near-misses'],
  async run(_, io) {
    const rows = nearMissKinds.map(({ id, title, description, taxonomy }) => ({ id, title, description, taxonomy }));
    io.result(rows, () =>
      formatTable(
        ['near miss', 'description'],
        rows.map(({ id, description }) => [id, asSentence(description)]),
        io,
      ),
    );
    return 0;
  },
});
