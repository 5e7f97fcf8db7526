import { errorFunction } from 'simple-statistics';
import { sum } from '../../base/sum.ts';
import { pluralize } from '../../base/words.ts';
import type { EventRecord } from '../../data/dataset/record.ts';
import { formatChance, leakTail, verdictOfChance } from './chance.ts';
import { type Finding, percent } from './finding.ts';

/** Counts of rows, and of those that come after later rows of their partition (`…Late`). */
export type OrderFigures = {
  readonly caused: number;
  readonly causedLate: number;
  readonly others: number;
  readonly othersLate: number;
  /** Rows that are out of the order time, topic, partition, offset. */
  readonly misplaced: number;
};

/** Watches the order of rows; memory grows with the partitions only. */
export function orderWatch() {
  const highest = new Map<string, number>();
  const figures = { caused: 0, causedLate: 0, others: 0, othersLate: 0, misplaced: 0 };
  let last: EventRecord | undefined;
  return {
    push(record: EventRecord, isCaused: boolean): void {
      if (last !== undefined && isBefore(record, last)) figures.misplaced += 1;
      last = record;
      const partition = `${record.topic}/${record.partition}`;
      const before = highest.get(partition) ?? -1;
      const isLate = record.offset < before;
      highest.set(partition, Math.max(before, record.offset));
      if (isCaused) {
        figures.caused += 1;
        if (isLate) figures.causedLate += 1;
      } else {
        figures.others += 1;
        if (isLate) figures.othersLate += 1;
      }
    },
    result: (): OrderFigures => ({ ...figures }),
  };
}

function isBefore(a: EventRecord, b: EventRecord): boolean {
  if (a.timeMs !== b.timeMs) return a.timeMs < b.timeMs;
  if (a.topic !== b.topic) return a.topic < b.topic;
  return a.partition === b.partition ? a.offset < b.offset : a.partition < b.partition;
}

/**
 * Whether the order of rows and offsets reveals caused messages. Normally both follow time; a message that was added to a log afterwards has
 * an offset that does not. A live run has a few such offsets, of messages of all kinds: caused messages must not have more than their share.
 */
export function rowOrder(inputs: readonly OrderFigures[]): Finding {
  const total = (name: keyof OrderFigures) => sum(inputs, input => input[name]);
  const [caused, causedLate, others, othersLate] = [
    total('caused'),
    total('causedLate'),
    total('others'),
    total('othersLate'),
  ];
  const misplaced = total('misplaced');
  const figures = { caused, causedLate, others, othersLate, misplaced };
  const common = { check: 'leaks', anomaly: null, figures } as const;
  if (misplaced > 0) {
    return {
      ...common,
      verdict: 'fail',
      sentence: `${pluralize(misplaced, 'row')} ${misplaced === 1 ? 'is' : 'are'} out of order (time, topic, partition, offset)`,
    };
  }
  if (caused === 0)
    return { ...common, verdict: 'undecided', sentence: 'order of rows and offsets: no message is marked as caused' };
  if (causedLate + othersLate === 0)
    return {
      ...common,
      verdict: 'pass',
      sentence: 'rows follow time, and offsets follow it in each partition: their order reveals nothing else',
    };
  const pValue = lateByChance(figures);
  const verdict = verdictOfChance(pValue, true);
  const found = `${percent(causedLate / caused)} of caused messages and ${percent(others === 0 ? 0 : othersLate / others)} of the others have an offset behind later ones (${formatChance(pValue)})`;
  const sentence = found + leakTail(verdict, 'offsets give caused messages away');
  return { ...common, verdict, sentence, figures: { ...figures, pValue } };
}

/** One-sided test of two shares, by the normal approximation. */
function lateByChance({ caused, causedLate, others, othersLate }: Omit<OrderFigures, 'misplaced'>): number {
  const pooled = (causedLate + othersLate) / (caused + others);
  const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / caused + 1 / Math.max(1, others)));
  if (deviation === 0) return 1;
  const z = (causedLate / caused - othersLate / Math.max(1, others)) / deviation;
  return (1 - errorFunction(z / Math.SQRT2)) / 2;
}
