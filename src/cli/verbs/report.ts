import { basename, dirname, join, resolve } from 'node:path';
import { cannot } from '../../base/errors.ts';
import { withoutSlash } from '../../base/whole-file.ts';
import { writeComparison, writeReport } from '../../lab/report/report-files.ts';
import { assertDistinct } from '../assert-distinct.ts';
import { text } from '../option-values.ts';
import { option } from '../options.ts';
import { defineVerb } from '../verb.ts';

/** `cqshop report`. */
export const verb = defineVerb({
  description:
    'Writes report.html from what `cqshop run`, `cqshop evaluate --out` or `cqshop detect series` left in a results directory. With two directories it writes a page that compares their results instead. What `cqshop audit --json` and `cqshop benchmark nab --json` print is shown as well, if it is kept in the directory as audit.json and benchmark.json. The page needs no network.',
  arguments: [{ name: '<dir...>', description: 'a results directory, or two that are compared' }],
  options: {
    out: option('<file>', 'the page of a comparison (default: BEFORE-vs-AFTER.html beside AFTER)', text),
  },
  examples: ['cqshop demo', 'cqshop report results/demo', 'cqshop report results/before results/after'],
  async run({ arguments: [first = '', second, ...more], options: { out } }, io) {
    if (more.length > 0 || (second === undefined && out !== undefined)) {
      const what = more.length > 0 ? `${more.length + 2} directories are named` : '--out is for a comparison';
      throw cannot('USAGE', 'report')(what, more.length > 0 ? 'one, or two to compare' : 'two directories with it');
    }
    const typed = second === undefined ? [first] : [first, second];
    assertDistinct(
      typed.map(dir => resolve(dir)),
      { verb: 'report on', noun: 'directory', typed },
    );
    const path =
      second === undefined ? writeReport(first) : writeComparison([first, second], out ?? pageOf(first, second));
    io.result({ report: path }, () => path);
    return 0;
  },
});

function pageOf(before: string, after: string): string {
  const names = [before, after].map(dir => basename(withoutSlash(dir)));
  return join(dirname(withoutSlash(after)), `${names.join('-vs-')}.html`);
}
