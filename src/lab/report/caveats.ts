import { groupBy } from '../../base/group-by.ts';
import { pluralize } from '../../base/words.ts';
import { type Comparison, noDetector, type ResultRow } from '../evaluation/result-rows.ts';
import type { AnomalyReport } from './report-data.ts';
import { formatFigure, isOverall, isSingleKind, judgedRow, overallComparison, twoFigures } from './result-columns.ts';

/** In a single run, a control without knowledge is suspicious above this ROC area; with several runs the interval decides. */
const suspiciousRocAuc = 0.6;
/** A precision of a program of others is explained if it is so much higher than with one right alarm for each label found. */
const repeatedGain = 0.1;
/** How many kinds of label where a baseline is ahead are named, widest gap first. */
const namedGroups = 3;

/**
 * What a reader must not overlook, in sentences, an anomaly at a time:
 * - where a baseline is as good as the learner or better, overall and for single kinds of label; with comparisons over several runs, a difference
 *   inside the interval counts as none;
 * - what the learner missed, and which near misses alarmed;
 * - precisions of programs of others that come from many alarms about few labels;
 * - controls that rank better than chance.
 *
 * @param tests for the kinds of near misses; without them, only their number is given
 */
export function caveatsOf(
  rows: readonly ResultRow[],
  tests: readonly Pick<AnomalyReport, 'anomaly' | 'alarms' | 'nearMisses'>[] = [],
  comparisons: readonly Comparison[] = [],
): readonly string[] {
  return [...groupBy(rows, ({ anomaly }) => anomaly)].flatMap(([anomaly, ofAnomaly]) => {
    const learner = judgedRow(ofAnomaly);
    return [
      ...(learner === undefined
        ? []
        : [
            ...overallNotes(learner, ofAnomaly, comparisons),
            ...groupNotes(learner, ofAnomaly),
            ...missedNotes(learner, ofAnomaly),
            ...nearMissNotes(
              learner,
              tests.find(test => test.anomaly === anomaly),
            ),
          ]),
      ...repeatedAlarmNotes(ofAnomaly),
      ...controlNotes(ofAnomaly),
    ];
  });
}

const compared = [
  { figure: 'averagePrecision', words: 'average precision' },
  { figure: 'f1', words: 'F1' },
] as const;

type Compared = (typeof compared)[number]['figure'];

function overallNotes(
  learner: ResultRow,
  rows: readonly ResultRow[],
  comparisons: readonly Comparison[],
): readonly string[] {
  const baselines = rows.filter(row => row.role === 'baseline' && isOverall(row));
  return compared.flatMap(({ figure, words }) => {
    const best = strongest(baselines, figure);
    if (best === undefined || hasNo(figure, learner)) return [];
    const [theirs, ours] = twoFigures(best[figure] ?? 0, learner[figure] ?? 0);
    const comparison = overallComparison(comparisons, best, figure);
    if (comparison?.verdict === 'level' && comparison.leadLow !== null && comparison.leadHigh !== null) {
      const [low, high] = [comparison.leadLow.toFixed(3), comparison.leadHigh.toFixed(3)];
      return [
        `${learner.anomaly}: ${learner.detector} and ${best.detector} are level on ${words}, ${ours} and ${theirs}: the difference lies between ${low} and ${high} (95 % interval over runs).`,
      ];
    }
    const others = baselines.filter(row => row !== best && (row[figure] ?? 0) > (learner[figure] ?? 0)).length;
    const also = others === 0 ? '' : ` (${pluralize(others, 'more baseline does', 'more baselines do')} too)`;
    if ((best[figure] ?? 0) > (learner[figure] ?? 0)) {
      return [
        `${learner.anomaly}: ${best.detector} beats ${learner.detector} on ${words}, ${theirs} against ${ours}${also}.`,
      ];
    }
    return theirs === ours && (best[figure] ?? 0) > 0
      ? [`${learner.anomaly}: ${best.detector} does as well as ${learner.detector} on ${words}, both ${ours}.`]
      : [];
  });
}

/** Detections may come without scores, or have no row at all: nothing to compare. */
function hasNo(figure: Compared, row: ResultRow): boolean {
  return row.detector === noDetector || row[figure] === null;
}

function groupNotes(learner: ResultRow, rows: readonly ResultRow[]): readonly string[] {
  const groups = rows.filter(row => row.detector === learner.detector && isSingleKind(row));
  const lost = groups.flatMap(group => {
    const best = strongest(
      rows.filter(row => row.role === 'baseline' && row.variant === group.variant && row.intensity === group.intensity),
      'averagePrecision',
    );
    if (best === undefined || hasNo('averagePrecision', group)) return [];
    if ((best.averagePrecision ?? 0) <= (group.averagePrecision ?? 0)) return [];
    const [theirs, ours] = twoFigures(best.averagePrecision ?? 0, group.averagePrecision ?? 0);
    const text = `${group.variant} ${group.intensity} (${best.detector} ${theirs}, ${learner.detector} ${ours})`;
    return [{ gap: (best.averagePrecision ?? 0) - (group.averagePrecision ?? 0), text }];
  });
  if (lost.length === 0) return [];
  const widest = [...lost].sort((a, b) => b.gap - a.gap).slice(0, namedGroups);
  const named = `${lost.length > namedGroups ? 'most clearly ' : ''}${widest.map(({ text }) => text).join(', ')}`;
  return [
    `${learner.anomaly}: in ${lost.length} of ${groups.length} kinds of label a baseline has the higher average precision: ${named}.`,
  ];
}

function missedNotes(learner: ResultRow, rows: readonly ResultRow[]): readonly string[] {
  const missed = learner.labels - learner.detected;
  if (missed === 0) return [];
  const groups = rows
    .filter(row => row.detector === learner.detector && isSingleKind(row) && row.detected < row.labels)
    // Labels from elsewhere have neither variant nor intensity.
    .filter(({ variant, intensity }) => variant !== '' || intensity !== '')
    .map(
      row =>
        `${row.variant} ${row.intensity}${row.labels === 1 ? '' : ` (${row.labels - row.detected} of ${row.labels})`}`,
    );
  const which = groups.length === 0 ? '' : `: ${groups.join(', ')}`;
  const all = pluralize(learner.labels, 'label');
  return learner.detector === noDetector
    ? [`${learner.anomaly}: no alarm, ${missed} of ${all} missed${which}.`]
    : [`${learner.anomaly}: ${learner.detector} missed ${missed} of ${all}${which}.`];
}

function nearMissNotes(
  learner: ResultRow,
  test: Pick<AnomalyReport, 'alarms' | 'nearMisses'> | undefined,
): readonly string[] {
  if (learner.nearMissAlarms === 0) return [];
  const kinds = test === undefined ? '' : kindsOf(test);
  return [
    `${learner.anomaly}: ${learner.nearMissAlarms} of ${pluralize(learner.alarms, 'alarm')} of ${learner.detector} ${learner.nearMissAlarms === 1 ? 'was' : 'were'} for near misses${kinds}.`,
  ];
}

/** ": 2 × flash-sale, 1 × campaign and holiday at once", most frequent first; each alarm once, so that they add up. */
function kindsOf({ alarms, nearMisses }: Pick<AnomalyReport, 'alarms' | 'nearMisses'>): string {
  const tally = new Map<string, number>();
  for (const alarm of alarms) {
    const kinds = [...new Set(nearMisses.filter(({ id }) => alarm.nearMisses.includes(id)).map(({ kind }) => kind))];
    if (kinds.length === 0) continue;
    const named = kinds.length === 1 ? kinds.join() : `${kinds.join(' and ')} at once`;
    tally.set(named, (tally.get(named) ?? 0) + 1);
  }
  const sorted = [...tally].sort((a, b) => b[1] - a[1]);
  return sorted.length === 0 ? '' : `: ${sorted.map(([kind, alarmed]) => `${alarmed} × ${kind}`).join(', ')}`;
}

function repeatedAlarmNotes(rows: readonly ResultRow[]): readonly string[] {
  return rows
    .filter(row => row.role === 'external' && isOverall(row))
    .flatMap(({ anomaly, detector, alarms, detected, precision }) => {
      if (precision === null || detected === 0) return [];
      const right = Math.round(precision * alarms);
      const once = detected / (detected + alarms - right);
      if (precision - once < repeatedGain) return [];
      return [
        `${anomaly}: ${detector} raised ${right} right alarms about ${pluralize(detected, 'label')}. Counted once a label, its precision is ${formatFigure(once, 2)}, not ${formatFigure(precision, 2)}.`,
      ];
    });
}

function controlNotes(rows: readonly ResultRow[]): readonly string[] {
  const suspects = rows
    .filter(row => row.role === 'control' && row.detector !== 'perfect' && isOverall(row))
    .filter(isAboveChance);
  const [first] = suspects;
  if (first === undefined) return [];
  const named = suspects.map(({ detector, rocAuc }) => `${detector} ${formatFigure(rocAuc, 2)}`).join(', ');
  const doubt = first.seeds === 1 ? '; in a single run this may be luck' : '';
  return [
    `${first.anomaly}: controls without knowledge rank better than chance, which gives a ROC area of 0.50: ${named}${doubt}.`,
  ];
}

function isAboveChance({ rocAuc, rocAucLow }: ResultRow): boolean {
  if (rocAuc === null) return false;
  return rocAucLow === undefined || rocAucLow === null ? rocAuc > suspiciousRocAuc : rocAucLow > 0.5;
}

function strongest(rows: readonly ResultRow[], figure: Compared): ResultRow | undefined {
  return [...rows].sort((a, b) => (b[figure] ?? -1) - (a[figure] ?? -1))[0];
}
