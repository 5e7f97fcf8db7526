import type { Span } from '../../base/time.ts';
import type { EventRecord } from '../../data/dataset/record.ts';
import type { Entity } from '../../data/dataset/truth.ts';
import type { SeriesChannels } from './series-channels.ts';

/** One scored sample: what one entity (a user, a product, the whole shop) did in one window. */
export type Unit = {
  /** Window [startMs, endMs), virtual ms since the epoch, aligned to multiples of the feature set's window. */
  readonly startMs: number;
  readonly endMs: number;
  readonly entity: Entity;
  /** One value per name of the feature set, in its order; never NaN. */
  readonly features: readonly number[];
  /** Others that took part, the most involved first: an alarm's evidence names them. */
  readonly involved?: readonly Entity[] | undefined;
  /** Types of reactions that messages lack, those of the longest wait first: an alarm's evidence names them. */
  readonly lacking?: readonly string[];
  /** What was announced in the window, where the feature set reads announcements. */
  readonly announced?: readonly Span[] | undefined;
};

/** Turns records, in dataset order, into units. The same fold serves a file and a live stream. */
export type UnitFold = {
  /** Takes the next record; returns the units that its time completes, ordered by window, then entity id. */
  readonly push: (record: EventRecord) => readonly Unit[];
  /** Time advances to `timeMs` without a record; returns the units that this completes. Absent where only records advance time. */
  readonly advance?: (timeMs: number) => readonly Unit[];
  /** The stream ends at `endMs`: returns the units still open. */
  readonly finish: (endMs: number) => readonly Unit[];
};

/** A named way to turn the event stream into units. */
export type FeatureSet = {
  readonly id: string;
  readonly windowMs: number;
  /** Alarms of an entity that are less than this apart are one alarm. Default: the window. */
  readonly alarmGapMs?: number;
  /** Feature names with the unit in the name, in the order of `Unit.features`. */
  readonly names: readonly string[];
  /** What a feature is, in words that go before or after its value: 'units reserved'; by default its name. */
  readonly phrases?: Readonly<Record<string, string>>;
  /** What is counted, if this is a time series. */
  readonly channels?: SeriesChannels;
  /** A new fold; state must not grow with the number of days. `startMs` is the stream's virtual beginning. */
  readonly fold: (startMs: number) => UnitFold;
  /** The entity whose unit a record belongs to, if any: a unit that holds a `direct` message is positive. */
  readonly entityOf: (record: EventRecord) => Entity | undefined;
};

/** See `FeatureSet.alarmGapMs`. */
export function alarmGapOf({ windowMs, alarmGapMs = windowMs }: Pick<FeatureSet, 'windowMs' | 'alarmGapMs'>): number {
  return alarmGapMs;
}
