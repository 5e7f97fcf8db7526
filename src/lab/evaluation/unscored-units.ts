import { groupBy } from '../../base/group-by.ts';
import type { Span } from '../../base/time.ts';
import type { EventRecord } from '../../data/dataset/record.ts';
import { type Entity, type Label, wholeShop } from '../../data/dataset/truth.ts';
import type { ScoreRow } from '../detectors/write-detections.ts';
import type { FeatureSet } from '../features/feature-set.ts';
import { entityKey, unitKey } from '../features/unit-key.ts';
import { isEntityAnomaly } from './matching.ts';
import { isAboutSeries, type ScoredWindow, type UnitTruth } from './unit-truth.ts';

/** What a detector searches. */
export type Searched = {
  readonly anomaly: string;
  /** Length of the windows by which units without a score are counted, aligned to its multiples [ms]. */
  readonly windowMs: number;
  /** Known for our own detectors only. */
  readonly features?: Pick<FeatureSet, 'entityOf'>;
};

/** Labels by the unit that they make positive. */
type Missing = ReadonlyMap<string, ReadonlySet<Label>>;

/**
 * Positive units that have no score by one detector, each as its labels. They are counted so that a detector gains nothing by skipping hard units.
 *
 * For entity anomalies: windows with a `direct` message, up to the label's `effect_end`, that lies in no scored unit of its entity. Entities of a
 * type without any score are ignored. For anomalies of the whole shop: windows that overlap [`start`, `effect_end`] and no
 * scored unit (of a channel of the label), as far as the run has the whole window.
 *
 * @param rows of this anomaly and one detector
 */
export function unscoredUnits(
  rows: readonly ScoreRow[],
  truth: { readonly labels: readonly Label[]; readonly units: UnitTruth; readonly span: Span },
  searched: Searched,
): readonly (readonly Label[])[] {
  const missing = isEntityAnomaly(searched.anomaly)
    ? missingEntities(rows, truth.units, searched)
    : missingWindows(rows, truth, searched);
  return [...missing.values()].map(labels => [...labels]);
}

/**
 * The units that a program could have scored and did not, of the entity types that it scored: windows, as long as its own, in which such an entity
 * occurs. They rank below all others, so that a program gains nothing by writing few rows. Memory grows with the entities and windows of the run.
 *
 * @param rows of one detector, one at least
 */
export function leftOutUnits(rows: readonly ScoreRow[]) {
  const types = new Set(rows.map(({ entity }) => entity.type));
  const windowOf = windowsOf(rows);
  const occurring = new Set<string>();
  const add = (type: Entity['type'], id: string, timeMs: number) => {
    if (id !== '' && types.has(type)) occurring.add(`${entityKey({ type, id })}/${windowOf(timeMs)}`);
  };
  return {
    /** Must see all records of the run. */
    mark({ userId, productId, timeMs }: EventRecord): void {
      add('user', userId, timeMs);
      add('product', productId, timeMs);
    },
    count(): number {
      for (const { entity, startMs } of rows) occurring.delete(`${entityKey(entity)}/${windowOf(startMs)}`);
      return occurring.size;
    },
  };
}

/** The windows that no row scores, as long as the rows: of the shop, or of each channel that has a row. @param rows of one detector */
export function leftOutWindows(rows: readonly ScoreRow[], span: Span): readonly ScoredWindow[] {
  const series = groupBy(rows, ({ entity: { type, id } }) => (type === 'channel' ? id : undefined));
  return [...series.values()].flatMap(own => leftOutOf(own, span));
}

/** @param rows of one series, one at least */
function leftOutOf(rows: readonly [ScoreRow, ...ScoreRow[]], span: Span): readonly ScoredWindow[] {
  const [first] = rows;
  const entity = first.entity.type === 'channel' ? first.entity : wholeShop;
  const windowMs = first.endMs - first.startMs;
  const windowOf = windowsOf(rows);
  const scored = new Set(rows.map(({ startMs }) => windowOf(startMs)));
  const windows = [];
  for (let at = windowOf(span.startMs); first.startMs + (at + 1) * windowMs <= span.endMs; at++) {
    const startMs = first.startMs + at * windowMs;
    if (startMs >= span.startMs && !scored.has(at)) windows.push({ startMs, endMs: startMs + windowMs, entity });
  }
  return windows;
}

/** Numbers windows as long as the first row, from it on. */
function windowsOf(rows: readonly ScoreRow[]): (timeMs: number) => number {
  const { startMs = 0, endMs = 1 } = rows[0] ?? {};
  return timeMs => Math.floor((timeMs - startMs) / (endMs - startMs));
}

function missingEntities(
  rows: readonly ScoreRow[],
  units: UnitTruth,
  { anomaly, windowMs, features }: Searched,
): Missing {
  const types = new Set(rows.map(({ entity }) => entity.type));
  const rowsOf = groupBy(rows, ({ entity }) => entityKey(entity));
  const missing = new Map<string, Set<Label>>();
  for (const { entity, record, label } of units.directMessages(anomaly, features)) {
    const { timeMs } = record;
    if (!types.has(entity.type) || timeMs > Date.parse(label.effect_end)) continue;
    const scored = rowsOf.get(entityKey(entity)) ?? [];
    if (scored.some(({ startMs, endMs }) => startMs <= timeMs && timeMs < endMs)) continue;
    add(missing, unitKey({ entity, startMs: windowAt(timeMs, windowMs) }), label);
  }
  return missing;
}

function missingWindows(
  rows: readonly ScoreRow[],
  { labels, span }: { readonly labels: readonly Label[]; readonly span: Span },
  { anomaly, windowMs }: Searched,
): Missing {
  const missing = new Map<string, Set<Label>>();
  for (const label of labels) {
    if (label.anomaly !== anomaly) continue;
    const own = rows.filter(({ entity }) => isAboutSeries(label, entity));
    // No detector can score a window that the run's end cuts off.
    const untilMs = Math.min(Date.parse(label.effect_end), span.endMs - windowMs);
    for (let fromMs = windowAt(Date.parse(label.start), windowMs); fromMs <= untilMs; fromMs += windowMs) {
      const isScored = own.some(({ startMs, endMs }) => startMs < fromMs + windowMs && endMs > fromMs);
      if (!isScored) add(missing, String(fromMs), label);
    }
  }
  return missing;
}

function windowAt(timeMs: number, windowMs: number): number {
  return Math.floor(timeMs / windowMs) * windowMs;
}

function add(missing: Map<string, Set<Label>>, unit: string, label: Label): void {
  missing.set(unit, (missing.get(unit) ?? new Set()).add(label));
}
