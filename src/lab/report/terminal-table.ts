import type { Colors } from 'picocolors/types.js';
import { intensities } from '../../data/dataset/anomaly-facts.ts';
import { type AnyMetric, metrics } from '../evaluation/metrics.ts';
import { type Comparison, noDetector, type ResultRow } from '../evaluation/result-rows.ts';
import { formatFigure, isBest, rankedOverall, recallOf } from './result-columns.ts';

import { formatTable } from './table.ts';

type Column = {
  readonly head: string;
  readonly cell: (row: ResultRow, all: readonly ResultRow[]) => string;
  /** The metric whose best value is marked. */
  readonly metric?: AnyMetric | undefined;
};

const recall = metrics.find(({ id }) => id === 'recall');

const columns: readonly Column[] = [
  { head: 'detector', cell: row => (row.detector === noDetector ? '(no alarms)' : row.detector) },
  { head: 'role', cell: row => (row.detector === noDetector ? '-' : row.role) },
  { head: 'found', cell: row => `${row.detected}/${row.labels}`, metric: recall },
  { head: 'visible', cell: row => String(row.visible) },
  {
    head: 'blat mod  subt',
    cell: (row, all) =>
      intensities.map(intensity => formatFigure(recallOf(intensity, row, all), 2).padStart(4)).join(' '),
  },
  ...metrics
    .filter(({ inTerminal }) => inTerminal)
    .map(metric => ({
      head: metric.heading,
      cell: (row: ResultRow) => formatFigure(row[metric.id], metric.digits),
      metric,
    })),
];

/** Where a table goes, and what it knows besides its rows. */
type TableOptions = {
  readonly colours: Colors;
  /** Of the terminal [characters]; names of detectors are cut to fit, notes are wrapped. Default 100. */
  readonly width?: number;
  /** Of learner and baselines over several runs; a lead inside its interval is not marked. */
  readonly comparisons?: readonly Comparison[];
};

/**
 * Result rows for a terminal: a block an anomaly; learner, baselines by average precision, references, controls. `*` marks the best of each
 * column among learner and baselines. Recall by intensity is over all variants: blatant, moderate, subtle; '-' where there is no label.
 */
export function resultsTable(
  rows: readonly ResultRow[],
  notes: readonly string[],
  { colours, width = 100, comparisons = [] }: TableOptions,
): string {
  const blocks = [...new Set(rows.map(({ anomaly }) => anomaly))].map(anomaly => ({
    anomaly,
    lines: linesOf(rankedOverall(rows, anomaly), rows, comparisons),
  }));
  // One table, so that the columns of all blocks have the same widths.
  const [head = '', ...body] = formatTable(
    columns.map(column => column.head),
    blocks.flatMap(({ lines }) => lines.map(({ cells }) => cells)),
    { width, elastic: 'first', rightFrom: 2 },
  ).split('\n');
  const parts = blocks.map(({ anomaly, lines }) => {
    const styledLines = lines.map(({ row }) => styled(body.shift() ?? '', row, colours));
    return [colours.bold(colours.underline(anomaly)), colours.dim(head), ...styledLines].join('\n');
  });
  const isMarked = blocks.some(({ lines }) => lines.some(({ cells }) => cells.some(cell => cell.endsWith('*'))));
  const outside = comparisons.some(({ verdict }) => verdict !== 'open') ? ', outside the 95 % interval over runs' : '';
  const marks = isMarked ? `* best of its column among learner and baselines${outside}. ` : '';
  const legend = `${marks}visible: labels that could be seen at all. blat, mod, subt: recall of blatant, moderate and subtle labels. delay: median in minutes.`;
  return [
    ...parts,
    colours.dim(wrapped(legend, width, '').join('\n')),
    ...(notes.length === 0 ? [] : [['Caveats:', ...notes.flatMap(note => wrapped(note, width, '  '))].join('\n')]),
  ].join('\n\n');
}

type Line = { readonly row: ResultRow; readonly cells: readonly string[] };

function linesOf(
  rows: readonly ResultRow[],
  all: readonly ResultRow[],
  comparisons: readonly Comparison[],
): readonly Line[] {
  return rows.map(row => ({
    row,
    cells: columns.map(({ cell, metric }) => {
      const mark = metric === undefined ? '' : isBest(metric, row, rows, comparisons) ? '*' : ' ';
      return cell(row, all) + mark;
    }),
  }));
}

function styled(line: string, { role }: ResultRow, colours: Colors): string {
  if (role === 'control') return colours.dim(line);
  const marked = line.replaceAll(/[\d.]+\/?\d*\*/g, text => colours.green(text));
  return role === 'learner' ? colours.bold(marked) : marked;
}

function wrapped(text: string, width: number, indent: string): readonly string[] {
  const out: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      out.push(indent + line);
      line = `  ${word}`;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...out, indent + line];
}
