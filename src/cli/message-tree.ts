import { cannot } from '../base/errors.ts';
import type { Dataset } from '../data/dataset/read-dataset.ts';
import { type EventRecord, senderOf } from '../data/dataset/record.ts';

/** A message with its causes and consequences. */
export type MessageTree = {
  /** From the first cause to the direct one. */
  readonly causes: readonly EventRecord[];
  readonly target: EventRecord;
  /** The id of a cause that the dataset does not hold; undefined if the chain is whole. */
  readonly missingCause: string | undefined;
  /** In dataset order. */
  readonly effectsOf: (record: EventRecord) => readonly EventRecord[];
};

/**
 * Reads the dataset twice: first for the message, then for its consequences and all messages with its correlation id. A cause with another
 * correlation id costs one more reading. Holds only those messages in memory.
 *
 * @throws UNKNOWN_NAME when no message has the id; DATASET_CORRUPT
 */
export async function readMessageTree(dataset: Dataset, id: string, signal: AbortSignal): Promise<MessageTree> {
  const target = await findMessage(dataset, id, signal);
  if (target === undefined) {
    throw cannot('UNKNOWN_NAME', `show message "${id}"`)(
      `${dataset.dir} has no message with that id`,
      'an id from its events.csv',
    );
  }
  const related = await readRelated(dataset, target, signal);
  const causes: EventRecord[] = [];
  let missingCause: string | undefined;
  for (let next = target; next.causationId !== ''; ) {
    const cause = related.byId.get(next.causationId) ?? (await findMessage(dataset, next.causationId, signal));
    if (cause === undefined || causes.includes(cause) || cause === target) {
      missingCause = next.causationId;
      break;
    }
    causes.unshift(cause);
    next = cause;
  }
  return { causes, target, missingCause, effectsOf: record => related.byCause.get(record.id) ?? [] };
}

/** Who sent a message, and about what: "by warehouse, p-0006". */
export function formatOrigin(record: EventRecord): string {
  return `by ${senderOf(record)}, ${record.key}`;
}

async function readRelated(dataset: Dataset, target: EventRecord, signal: AbortSignal) {
  const byId = new Map<string, EventRecord>([[target.id, target]]);
  const byCause = new Map<string, EventRecord[]>();
  const consequences = new Set([target.id]);
  // Within one millisecond an effect may come before its cause: these records wait for a cause of the same time.
  let waiting: EventRecord[] = [];
  const take = (record: EventRecord) => {
    consequences.add(record.id);
    const siblings = byCause.get(record.causationId) ?? [];
    byCause.set(record.causationId, [...siblings, record]);
    const late = waiting.filter(other => other.causationId === record.id);
    waiting = waiting.filter(other => other.causationId !== record.id);
    for (const effect of late) take(effect);
  };
  for await (const records of dataset.records()) {
    signal.throwIfAborted();
    for (const record of records) {
      if (record.correlationId === target.correlationId && !byId.has(record.id)) byId.set(record.id, record);
      if (record.timeMs < target.timeMs || record.id === target.id) continue;
      if (waiting.length > 0 && waiting[0]?.timeMs !== record.timeMs) waiting = [];
      if (consequences.has(record.causationId)) take(record);
      else waiting.push(record);
    }
  }
  return { byId, byCause };
}

async function findMessage(dataset: Dataset, id: string, signal: AbortSignal): Promise<EventRecord | undefined> {
  for await (const records of dataset.records()) {
    signal.throwIfAborted();
    const record = records.find(candidate => candidate.id === id);
    if (record !== undefined) return record;
  }
  return undefined;
}
