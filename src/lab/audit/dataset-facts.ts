import type { Span } from '../../base/time.ts';
import type { Manifest } from '../../data/dataset/manifest.ts';
import type { CausedCounts, Label } from '../../data/dataset/truth.ts';
import type { Extremes } from './extremes.ts';
import type { MessageLeakInput } from './message-leaks.ts';
import type { OrderFigures } from './row-order.ts';
import type { CountedSeries } from './series-extremes.ts';
import type { FoundWords } from './truth-words.ts';
import type { UnitLeakInput } from './unit-leaks.ts';

/** What one dataset holds about one anomaly that it has labels for. */
export type AnomalyFacts = {
  readonly labels: readonly Label[];
  readonly extremes: Extremes;
  readonly units: number;
  readonly positiveUnits: number;
  readonly leak: UnitLeakInput;
};

/** All that the checks need of one dataset, gathered in one pass over its rows. */
export type DatasetFacts = {
  /** The last part of its directory. */
  readonly name: string;
  /** The hash of its rows. It seeds the draws, so that the result does not depend on the dataset's path. */
  readonly key: string;
  readonly manifest: Manifest;
  readonly span: Span;
  readonly labels: readonly Label[];
  readonly caused: CausedCounts;
  readonly series: CountedSeries;
  readonly anomalies: ReadonlyMap<string, AnomalyFacts>;
  readonly words: FoundWords;
  readonly order: OrderFigures;
  readonly messages: MessageLeakInput;
};

/** What one dataset holds about one anomaly, and what the checks compare it with. */
export type AnomalyInput = AnomalyFacts &
  Pick<DatasetFacts, 'caused' | 'series'> & {
    /** Every label of the dataset. */
    readonly all: readonly Label[];
    /** True if the run knows what exists only with, or only without, its anomalies. */
    readonly isTwin: boolean;
    /** Goes before the ids of labels: 'seed-7/', or nothing. */
    readonly prefix: string;
  };
