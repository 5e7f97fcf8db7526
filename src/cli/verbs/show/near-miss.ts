import { asSentence } from '../../../base/words.ts';
import { wrapText } from '../../../lab/report/terminal/wrap-text.ts';
import { nearMissKinds } from '../../../shop/near-misses/registry.ts';
import { compactDuration } from '../../../shop/scenarios/moments.ts';
import { findNamed } from '../../find-named.ts';
import { defineVerb } from '../../verb.ts';

/** `cqshop show near-miss KIND`. */
export const verb = defineVerb({
  arguments: [{ name: '<kind>', description: 'a kind from cqshop list near-misses' }],
  examples: ['cqshop show near-miss flash-sale'],
  async run({ arguments: [id = ''] }, io) {
    const [{ title, description, taxonomy, defaultDurationMs }] = findNamed('near miss', id, nearMissKinds);
    const { from, to } = defaultDurationMs;
    const lasts = from === to ? compactDuration(from) : `${compactDuration(from)} to ${compactDuration(to)}`;
    io.result({ id, title, description, taxonomy, defaultDurationMs }, () => [
      wrapText(`${id}: ${asSentence(description)}`, io.width),
      wrapText(`in the field: ${taxonomy}; default duration ${lasts}`, io.width),
    ]);
    return 0;
  },
});
