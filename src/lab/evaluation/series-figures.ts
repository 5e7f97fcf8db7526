import { dayMs, hourMs, type Span } from '../../base/time.ts';
import type { Entity } from '../../data/dataset/truth.ts';
import type { Alarm } from '../detectors/detector.ts';
import { entityKey } from '../features/unit-key.ts';
import { affiliation } from './series-metrics/affiliation.ts';
import { meanOrNull } from './series-metrics/mean-or-null.ts';
import { nabScore } from './series-metrics/nab-score.ts';
import { type DailyScore, precisionAtK } from './series-metrics/precision-at-k.ts';
import { rangeBased } from './series-metrics/range-based.ts';
import { segmentsOf } from './series-metrics/segments.ts';
import { volumesUnderSurfaces } from './series-metrics/vus.ts';
import type { ScoredWindow } from './unit-truth.ts';

/** Around an anomaly [ms]. TSB-AD takes the period; with a day around anomalies of 2 to 6 h, random scores get a VUS-ROC of 0.72 to 0.82 instead of 0.5. */
const longestBufferMs = hourMs;
/** Alarms that a person checks a day, for precision at k. */
const checkedPerDay = 5;

/** Metrics of one run that other benchmarks use; null where they have no meaning. Those of series are for anomalies of the whole shop, or means over
 * the channels of a series dataset. */
export type SeriesFigures = {
  readonly vusPr: number | null;
  readonly vusRoc: number | null;
  readonly affiliationPrecision: number | null;
  readonly affiliationRecall: number | null;
  readonly rangeF1: number | null;
  readonly nab: number | null;
  /** For anomalies of users and products. */
  readonly precisionAt5: number | null;
};

/** Collects the scores of one detector on one run. Memory grows with the windows of the run, or with its entities and days. */
export type SeriesFigureCounter = {
  readonly push: (unit: ScoredWindow, score: number, isPositive: boolean) => void;
  /** @param alarms of this detector */
  readonly figures: (alarms: readonly Alarm[]) => SeriesFigures;
};

/** @param isEntity whether the anomaly is about users or products */
export function seriesFigureCounter(isEntity: boolean): SeriesFigureCounter {
  return isEntity ? entityCounter() : shopCounter();
}

const none = {
  vusPr: null,
  vusRoc: null,
  affiliationPrecision: null,
  affiliationRecall: null,
  rangeF1: null,
  nab: null,
};

function entityCounter(): SeriesFigureCounter {
  const daily = new Map<string, DailyScore>();
  return {
    push({ startMs, entity }, score, isPositive) {
      const day = Math.floor(startMs / dayMs);
      const key = `${day}/${entityKey(entity)}`;
      const before = daily.get(key);
      daily.set(key, {
        day,
        score: Math.max(score, before?.score ?? score),
        isPositive: isPositive || (before?.isPositive ?? false),
      });
    },
    figures: () => ({ ...none, precisionAt5: precisionAtK([...daily.values()], checkedPerDay) }),
  };
}

type Row = Span & { readonly score: number; readonly isPositive: boolean };

function shopCounter(): SeriesFigureCounter {
  /** The shop is one series, of one row a window; each channel is one of its own. */
  const series = new Map<string, { readonly entity: Entity; readonly rows: Row[] }>();
  return {
    push({ startMs, endMs, entity }, score, isPositive) {
      const key = entity.type === 'channel' ? entity.id : '';
      const known = series.get(key) ?? { entity, rows: [] };
      series.set(key, known);
      known.rows.push({ startMs, endMs, score, isPositive });
    },
    figures(alarms) {
      const each = [...series.values()].map(({ entity, rows }) =>
        figuresOf(
          rows,
          entity.type === 'channel' ? alarms.filter(alarm => entityKey(alarm.entity) === entityKey(entity)) : alarms,
        ),
      );
      const meanOf = (id: keyof typeof none) => meanOrNull(each.flatMap(figures => figures[id] ?? []));
      return {
        vusPr: meanOf('vusPr'),
        vusRoc: meanOf('vusRoc'),
        affiliationPrecision: meanOf('affiliationPrecision'),
        affiliationRecall: meanOf('affiliationRecall'),
        rangeF1: meanOf('rangeF1'),
        nab: meanOf('nab'),
        precisionAt5: null,
      };
    },
  };
}

function figuresOf(unsorted: readonly Row[], alarms: readonly Alarm[]): Omit<SeriesFigures, 'precisionAt5'> {
  const rows = [...unsorted].sort((a, b) => a.startMs - b.startMs);
  const [first] = rows;
  if (first === undefined) return none;
  const isAlarmed = ({ startMs, endMs }: Row) => alarms.some(alarm => alarm.startMs < endMs && alarm.endMs > startMs);
  const predicted = rows.map(isAlarmed);
  const anomalies = segmentsOf(rows.length, row => rows[row]?.isPositive === true);
  const predictions = segmentsOf(rows.length, row => predicted[row] === true);
  const volumes = volumesUnderSurfaces(
    rows.map(({ score }) => score),
    rows.map(({ isPositive }) => (isPositive ? 1 : 0)),
    Math.round(longestBufferMs / (first.endMs - first.startMs)),
  );
  const near = affiliation(anomalies, predictions, rows.length);
  const scores = predicted.map(is => (is ? 1 : 0));
  return {
    vusPr: volumes.pr,
    vusRoc: volumes.roc,
    affiliationPrecision: near.precision,
    affiliationRecall: near.recall,
    rangeF1: rangeBased(anomalies, predictions).f1,
    nab: nabScore([{ scores, windows: anomalies }], 1, 'standard'),
  };
}
