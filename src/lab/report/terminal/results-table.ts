import type { Colors } from 'picocolors/types.js';
import { groupBy } from '../../../base/group-by.ts';
import { intensities } from '../../../data/dataset/anomaly-facts.ts';
import { type AnyMetric, metrics } from '../../evaluation/metrics.ts';
import { type Comparison, noDetector, type ResultRow } from '../../evaluation/result-rows.ts';
import { formatFigure, isBest, rankedOverall, recallOf, rivalsIn, statedIntensities } from '../result-columns.ts';
import { formatTable } from './table.ts';
import { wrapText } from './wrap-text.ts';

type Column = {
  readonly head: string;
  /** @param own the rows of the same anomaly */
  readonly cell: (row: ResultRow, own: readonly ResultRow[]) => string;
  /** The metric whose best value is marked. */
  readonly metric?: AnyMetric | undefined;
};

const recall = metrics.find(({ id }) => id === 'recall');

const byIntensity = 'blat  mod subt';

const columns: readonly Column[] = [
  { head: 'detector', cell: row => (row.detector === noDetector ? '(no alarms)' : row.detector) },
  { head: 'role', cell: row => (row.detector === noDetector ? '-' : row.role) },
  { head: 'found', cell: row => `${row.detected}/${row.labels}`, metric: recall },
  { head: 'visible', cell: row => String(row.visible) },
  {
    head: byIntensity,
    cell: ({ detector }, own) =>
      intensities.map(intensity => formatFigure(recallOf(intensity, detector, own), 2).padStart(4)).join(' '),
  },
  ...metrics
    .filter(({ inTerminal }) => inTerminal)
    .map(metric => ({
      head: metric.heading,
      cell: (row: ResultRow) => formatFigure(row[metric.id], metric.digits),
      metric,
    })),
];

/** Of columns whose heading does not say it. */
const explanations: Readonly<Record<string, string>> = {
  visible: 'visible: labels that could be seen at all.',
  [byIntensity]: 'blat, mod, subt: recall of blatant, moderate and subtle labels.',
  delay: 'delay: median in minutes.',
  AP: 'AP: average precision of the scores.',
};

/** Where a table goes, and what it knows besides its rows. */
type TableOptions = {
  readonly colours: Colors;
  /** Of the terminal [characters]; names of detectors are cut to fit, then columns are left out, the role first; notes are wrapped. Default 100. */
  readonly width?: number | undefined;
  /** Of learner and baselines over several runs; a lead inside its interval is not marked. */
  readonly comparisons?: readonly Comparison[];
};

/** Detector, labels found, and recall by intensity. */
const keptAtLeast = 3;

/**
 * Result rows for a terminal: a block an anomaly; learner, baselines by average precision, external detectors, references, controls. `*` marks the best
 * of each column; references and controls are not compared. Recall by intensity is over all variants: blatant, moderate, subtle; '-' where there is no
 * label. It is left out where no label states an intensity.
 */
export function resultsTable(
  rows: readonly ResultRow[],
  notes: readonly string[],
  { colours, width = 100, comparisons = [] }: TableOptions,
): string {
  const byAnomaly = [...groupBy(rows, ({ anomaly }) => anomaly)];
  const hasIntensities = statedIntensities(rows).length > 0;
  const known = columns.filter(column => hasIntensities || column.head !== byIntensity);
  const { head, body, blocks, leftOut } = fitted(known, width, shown =>
    byAnomaly.map(([anomaly, own]) => ({ anomaly, lines: linesOf(own, shown, comparisons) })),
  );
  const parts = blocks.map(({ anomaly, lines }) => {
    const styledLines = lines.map(({ row }) => styled(body.shift() ?? '', row, colours));
    return [colours.bold(colours.underline(anomaly)), colours.dim(head), ...styledLines].join('\n');
  });
  const isMarked = blocks.some(({ lines }) => lines.some(({ cells }) => cells.some(cell => cell.endsWith('*'))));
  const outside = comparisons.some(({ verdict }) => verdict !== 'open') ? ', outside the 95 % interval over runs' : '';
  const marks = isMarked ? `* best of its column among ${rivalsIn(rows)}${outside}. ` : '';
  const narrow =
    leftOut.length === 0 ? '' : ` Too narrow for ${leftOut.join(', ')}: widen the terminal, or use --json.`;
  const perfect = rows.some(({ detector }) => detector === 'perfect')
    ? ' perfect: knows the labels, and alarms at the end of each window that holds a message of an anomaly.'
    : '';
  const isShown = (one: string) => known.some(column => column.head === one) && !leftOut.includes(one);
  const explained = Object.entries(explanations).flatMap(([one, text]) => (isShown(one) ? [text] : []));
  const legend = `${marks}${explained.join(' ')}${perfect}${narrow}`;
  return [
    ...parts,
    colours.dim(wrapText(legend, width, '  ')),
    ...(notes.length === 0
      ? []
      : [['Caveats:', ...notes.map(note => wrapText(`  ${note}`, width, '    '))].join('\n')]),
  ].join('\n\n');
}

type Block = { readonly anomaly: string; readonly lines: readonly Line[] };

/** The lines of all blocks, as one table so that their columns have the same widths, without the columns that do not fit. */
function fitted(
  shown: readonly Column[],
  width: number,
  blocksOf: (shown: readonly Column[]) => readonly Block[],
  leftOut: readonly string[] = [],
): { head: string; body: string[]; blocks: readonly Block[]; leftOut: readonly string[] } {
  const blocks = blocksOf(shown);
  const heads = shown.map(column => column.head);
  const [head = '', ...body] = formatTable(
    heads,
    blocks.flatMap(({ lines }) => lines.map(({ cells }) => cells)),
    { width, elastic: 'first', rightFrom: heads.indexOf('found') },
  ).split('\n');
  const dropped = shown.find(column => column.head === 'role') ?? shown.at(-1);
  const isTooWide = Math.max(...[head, ...body].map(line => line.length)) > width;
  if (!isTooWide || dropped === undefined || shown.length <= keptAtLeast) return { head, body, blocks, leftOut };
  const rest = shown.filter(column => column !== dropped);
  return fitted(rest, width, blocksOf, [...leftOut, dropped.head]);
}

type Line = { readonly row: ResultRow; readonly cells: readonly string[] };

function linesOf(
  own: readonly ResultRow[],
  shown: readonly Column[],
  comparisons: readonly Comparison[],
): readonly Line[] {
  const ranked = rankedOverall(own);
  return ranked.map(row => ({
    row,
    cells: shown.map(({ cell, metric }) => {
      const mark = metric === undefined ? '' : isBest(metric, row, ranked, comparisons) ? '*' : ' ';
      return cell(row, own) + mark;
    }),
  }));
}

function styled(line: string, { role }: ResultRow, colours: Colors): string {
  if (role === 'control') return colours.dim(line);
  const marked = line.replaceAll(/[\d.]+\/?\d*\*/g, text => colours.green(text));
  return role === 'learner' ? colours.bold(marked) : marked;
}
