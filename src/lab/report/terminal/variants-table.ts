import { groupBy } from '../../../base/group-by.ts';
import { intensities } from '../../../data/dataset/anomaly-facts.ts';
import type { ResultRow } from '../../evaluation/result-rows.ts';
import { comparedDetectors, formatFigure } from '../result-columns.ts';
import { formatTable } from './table.ts';
import { wrapText } from './wrap-text.ts';

/**
 * Recall and median delay by variant and intensity, a block an anomaly: of the learner, the best baseline, references and programs of others.
 *
 * @param width of the terminal [characters]; default 100
 */
export function variantsTable(rows: readonly ResultRow[], width = 100): string {
  const blocks = [...groupBy(rows, ({ anomaly }) => anomaly)].map(([anomaly, own]) => blockOf(anomaly, own, width));
  const legend =
    'found: labels of the variant that were found. delay: median in minutes over these labels, then over the blatant, moderate and subtle ones.';
  return [...blocks, wrapText(legend, width, '  ')].join('\n\n');
}

function blockOf(anomaly: string, rows: readonly ResultRow[], width: number): string {
  const single = rows.filter(({ variant }) => variant !== 'all');
  const variants = [...groupBy(single, ({ variant }) => variant)];
  const lines = variants.flatMap(([variant, own]) =>
    comparedDetectors(rows).flatMap((overall, index) => {
      const { detector } = overall;
      const kinds = own.filter(row => row.detector === detector);
      // The row of a single variant is the one over all labels, and that of a single intensity is its own.
      const only = variants.length === 1 ? overall : kinds[0];
      const whole = kinds.find(({ intensity }) => intensity === 'all') ?? only;
      if (whole === undefined) return [];
      const figures = (of: (row: ResultRow) => number | null, digits: number) =>
        intensities
          .map(intensity => kinds.find(kind => kind.intensity === intensity))
          .map(kind => formatFigure(kind === undefined ? null : of(kind), digits).padStart(4))
          .join(' ');
      return [
        [
          index === 0 ? variant : '',
          detector,
          `${whole.detected}/${whole.labels}`,
          figures(row => row.recall, 2),
          formatFigure(whole.delayMinutesMedian, 0),
          figures(row => row.delayMinutesMedian, 0),
        ],
      ];
    }),
  );
  const head = [anomaly, 'detector', 'found', 'blat  mod subt', 'delay', 'blat  mod subt'];
  return formatTable(head, lines, { width, elastic: 'first', rightFrom: 2 });
}
