import { exportFormats, exportSeries } from '../../app/export/export-series.ts';
import { cannot } from '../../base/errors.ts';
import { hourMs } from '../../base/time.ts';
import { pluralize } from '../../base/words.ts';
import { isSeriesDataset } from '../../data/dataset/manifest.ts';
import { duration, text } from '../option-values.ts';
import { choice, option } from '../options.ts';
import { defineVerb } from '../verb.ts';

/** `cqshop export`. */
export const verb = defineVerb({
  description:
    'Writes the series of a dataset, with its labels, in the format of another benchmark. A series dataset is written as it is; of any other dataset the messages of each topic are counted in windows (docs/export.md).',
  arguments: [{ name: '<dataset>', description: 'a directory that `cqshop collect` or `cqshop import` finished' }],
  options: {
    format: choice('<format>', 'what to write', exportFormats),
    window: option('<duration>', 'length of the windows in which messages are counted (default: 1h)', duration),
    out: option('<dir>', 'a new directory', text),
  },
  examples: [
    'cqshop export datasets/sample --format tsb-ad --window 15m --out exported',
    'cqshop export datasets/sample --format csv --out exported-csv',
  ],
  async run({ arguments: [dir = ''], options }, io) {
    const { format, out, window } = options;
    if (format === undefined) {
      throw cannot('USAGE', `export ${dir}`)('no format is named', `--format ${exportFormats.join('|')}`);
    }
    if (out === undefined) {
      throw cannot('USAGE', `export ${dir}`)('no directory is named', '--out DIR');
    }
    if (window !== undefined && isSeriesDataset(dir)) {
      throw cannot('USAGE', 'take --window')(
        `${dir} is a series dataset, which is exported as it is`,
        'it for a dataset of messages',
      );
    }
    const exported = await exportSeries(dir, { format, out, windowMs: window ?? hourMs, signal: io.signal });
    const { channels, samples, labels } = exported;
    io.result({ out, format, ...exported }, () => {
      return `${out}: ${pluralize(channels, 'channel')}, ${pluralize(samples, 'sample')}, labels ${labels}`;
    });
    return 0;
  },
});
