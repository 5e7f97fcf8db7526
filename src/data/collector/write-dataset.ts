import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { sum } from '../../base/sum.ts';
import { dayMs, rfc3339 } from '../../base/time.ts';
import { toolVersion } from '../../base/tool-version.ts';
import { writeWhole } from '../../base/whole-file.ts';
import { truthTopic } from '../../broker/topics.ts';
import { datasetFormat, type Manifest } from '../dataset/manifest.ts';
import { eventColumns } from '../dataset/record.ts';
import { recordOf, rowOf } from '../dataset/record-of.ts';
import type { Relation } from '../dataset/truth.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { CollectOptions } from './collect-options.ts';
import { writeDataCard } from './data-card.ts';
import { type DirectCause, DirectCauses } from './direct-causes.ts';
import { CsvWriter, writeHashed } from './hashed-file-writer.ts';
import { reorderWindowFor, withLateApart } from './in-time-order.ts';
import { mergeByTime } from './merge.ts';
import { partitionFilePath } from './partial-dataset.ts';
import type { MergedMessage, PartitionLines } from './partition-lines.ts';
import { lateDir } from './rename-dataset.ts';
import { labelLines, readTruthContent, type TruthContent, twinDifferences } from './truth-content.ts';

/** Messages, and characters of payload, between two looks at the clock, the signal and the progress bar. */
const turn = { messages: 2000, characters: 8 * 1024 * 1024 } as const;

/** `onNote` is called with what may be wrong with the data. */
export type WriteDatasetOptions = Pick<CollectOptions, 'mapping' | 'signal' | 'onNote' | 'onRecord' | 'onStep'> & {
  readonly isTimeOrdered: boolean;
  readonly onProgress: (messages: number) => void;
};

/**
 * Writes the files of a dataset from the partition files of an unfinished one, the manifest last. Memory depends only on
 * the number of messages that anomalies caused.
 *
 * @param target an empty directory
 * @throws BROKER_CORRUPT when the messages cannot make a dataset
 */
export async function writeDataset(
  partialDir: string,
  checkpoint: Checkpoint,
  target: string,
  options: WriteDatasetOptions,
): Promise<Manifest> {
  const { isTimeOrdered, onStep = () => undefined } = options;
  const truth = collectedTruth(partialDir, checkpoint, isTimeOrdered);
  const labels = writeHashed(join(target, 'labels.jsonl'), labelLines(truth.labels));
  const nearMisses = writeHashed(join(target, 'near_misses.jsonl'), labelLines(truth.nearMisses));
  onStep('labels written');

  const events = await writeEvents({ partialDir, checkpoint, truth }, target, options);
  onStep('events written');
  if (truth.run === undefined) for (const note of events.longSpans) options.onNote?.(note);

  const deletedBefore = sum(checkpoint.partitions, ({ low }) => low);
  const manifest: Omit<Manifest, 'files'> = {
    format: datasetFormat,
    toolVersion,
    simulatorVersion: truth.run?.toolVersion ?? null,
    scenario: truth.run?.scenario ?? null,
    scenarioHash: truth.run?.scenarioHash ?? null,
    scenarioFile: truth.run?.scenarioFile,
    scale: truth.run?.scale,
    seed: truth.run?.seed ?? null,
    start: truth.run?.start ?? rfc3339(events.firstMs),
    end: truth.run?.end ?? rfc3339(events.lastMs),
    days: truth.run?.days ?? null,
    withoutAnomalies: truth.run?.withoutAnomalies ?? null,
    twin: truth.run?.twin ?? null,
    complete: truth.finished !== undefined && checkpoint.isCut !== true,
    ...(truth.finished?.lag === undefined ? {} : { degraded: true, lag: truth.finished.lag }),
    messages: events.messages,
    topics: events.counts,
    labels: truth.labels.length,
    nearMisses: truth.nearMisses.length,
    partitions: checkpoint.partitions.map(({ topic, partition, low, nextOffset, messages }) => ({
      topic,
      partition,
      from: low,
      to: nextOffset,
      messages,
    })),
    ...(deletedBefore === 0 ? {} : { deletedBefore }),
    mapping: options.mapping,
    ...unreadIn(checkpoint),
  };
  const card = writeHashed(join(target, 'README.md'), writeDataCard({ manifest, truth, caused: events.causedCounts }));
  onStep('data card written');

  const whole: Manifest = {
    ...manifest,
    files: {
      'README.md': card,
      'caused.csv': events.causedDigest,
      'events.csv': events.eventsDigest,
      'labels.jsonl': labels,
      'near_misses.jsonl': nearMisses,
    },
  };
  writeWhole(join(target, 'manifest.json'), `${JSON.stringify(whole, undefined, 2)}\n`, { isDurable: true });
  onStep('manifest written');
  return whole;
}

function unreadIn({ unread, unreadable }: Checkpoint): Pick<Manifest, 'unread' | 'unreadFirst' | 'unreadable'> {
  if (unread === undefined) return unreadable === undefined ? {} : { unreadable };
  const findings = Object.entries(unread);
  return {
    unread: Object.fromEntries(findings.map(([what, { messages }]) => [what, messages])),
    unreadFirst: Object.fromEntries(findings.map(([what, { first }]) => [what, first])),
    ...(unreadable === undefined ? {} : { unreadable }),
  };
}

/** The part of the truth that was collected. @throws BROKER_CORRUPT */
export function collectedTruth(partialDir: string, checkpoint: Checkpoint, isTimeOrdered: boolean): TruthContent {
  return readTruthContent(truthMessages(partialDir, checkpoint, isTimeOrdered));
}

/** The truth is written by one process in its order, or nearly so. */
function truthMessages(partialDir: string, checkpoint: Checkpoint, isTimeOrdered: boolean): Iterable<MergedMessage> {
  const lines = partitionLines(partialDir, checkpoint).filter(({ topic }) => topic === truthTopic);
  return mergeByTime(lines, isTimeOrdered ? 'by time' : 'nearly');
}

function partitionLines(partialDir: string, { partitions }: Checkpoint): readonly PartitionLines[] {
  return partitions.map(state => ({ ...state, path: partitionFilePath(partialDir, state.topic, state.partition) }));
}

type Content = {
  readonly partialDir: string;
  readonly checkpoint: Checkpoint;
  readonly truth: TruthContent;
};

async function writeEvents(content: Content, target: string, options: WriteDatasetOptions) {
  const { partialDir, checkpoint, truth } = content;
  const { isTimeOrdered } = options;
  const eventLines = partitionLines(partialDir, checkpoint).filter(({ topic }) => topic !== truthTopic);
  const events = new CsvWriter(join(target, 'events.csv'), eventColumns);
  const caused = new CausedWriter(join(target, 'caused.csv'));
  const direct = ({ messageId, labelId }: DirectCause) => caused.caused(messageId, labelId, 'direct');
  try {
    const causes = new DirectCauses(truth.roots);
    const counts = new Map<string, Map<string, number>>(eventLines.map(({ topic }) => [topic, new Map()]));
    const spans = new TopicSpans();
    let messages = 0;
    let characters = 0;
    let firstMs = 0;
    let lastMs = 0;
    const window = reorderWindowFor(eventLines.length);
    const apart = { dir: lateDir(partialDir), window, signal: options.signal };
    const ordered = isTimeOrdered ? eventLines : await allWithLateApart(eventLines, apart);
    for (const stored of mergeByTime(ordered, isTimeOrdered ? 'by time' : { lateApart: window })) {
      const { message, payload } = stored;
      const record = recordOf(stored);
      options.onRecord?.(record);
      const row = rowOf(record, { ...stored, columns: message.columns });
      if (payload === undefined) events.row(row);
      else events.longRow(row.slice(0, -1), payload);
      for (const cause of causes.push(message.time, message.id, message.causationid)) direct(cause);
      spans.push(stored.topic, message.time);
      const byType = counts.get(stored.topic);
      byType?.set(message.type, (byType.get(message.type) ?? 0) + 1);
      if (messages === 0) firstMs = message.time;
      lastMs = message.time;
      messages += 1;
      characters += payload?.length ?? stored.dataJson.length;
      if (messages % turn.messages === 0 || characters > turn.characters) {
        characters = 0;
        options.onProgress(messages);
        await setImmediate();
        options.signal?.throwIfAborted();
      }
    }
    for (const cause of causes.finish()) direct(cause);
    for (const difference of twinDifferences(truthMessages(partialDir, checkpoint, isTimeOrdered))) {
      caused.caused(difference.messageId, difference.labelId, difference.relation);
    }
    options.onStep?.('events merged');
    return {
      eventsDigest: events.finish(),
      causedDigest: caused.finish(),
      causedCounts: caused.counts,
      counts: sortedRecord(counts),
      longSpans: spans.notes(),
      messages,
      firstMs,
      lastMs,
    };
  } finally {
    events.close();
    caused.close();
  }
}

async function allWithLateApart(
  partitions: readonly PartitionLines[],
  apart: Parameters<typeof withLateApart>[1],
): Promise<readonly PartitionLines[]> {
  const all: PartitionLines[] = [];
  for (const lines of partitions) all.push(...(await withLateApart(lines, apart)));
  return all;
}

const decadeMs = 3653 * dayMs;

/** From when to when each topic's messages reach. */
class TopicSpans {
  readonly #spans = new Map<string, { firstMs: number; lastMs: number }>();

  /** Takes times in ascending order. */
  push(topic: string, timeMs: number): void {
    const span = this.#spans.get(topic);
    if (span === undefined) this.#spans.set(topic, { firstMs: timeMs, lastMs: timeMs });
    else span.lastMs = timeMs;
  }

  /** Times that were never set, or mean something else, show as decades. */
  notes(): readonly string[] {
    return [...this.#spans].flatMap(([topic, { firstMs, lastMs }]) =>
      lastMs - firstMs < decadeMs
        ? []
        : [
            `the times of ${topic} span ${Math.round(lastMs / decadeMs - firstMs / decadeMs)} decades, from ${rfc3339(firstMs)} to ${rfc3339(lastMs)}: some of them may be wrong`,
          ],
    );
  }
}

class CausedWriter extends CsvWriter {
  readonly counts = new Map<string, Record<Relation, number>>();

  constructor(path: string) {
    super(path, ['message_id', 'label_id', 'relation']);
  }

  caused(messageId: string, labelId: string, relation: Relation): void {
    this.row([messageId, labelId, relation]);
    const counts = this.counts.get(labelId) ?? { direct: 0, effect: 0, prevented: 0 };
    counts[relation] += 1;
    this.counts.set(labelId, counts);
  }
}

function sortedRecord(
  counts: ReadonlyMap<string, ReadonlyMap<string, number>>,
): Record<string, Record<string, number>> {
  const byName = <Value>([a]: readonly [string, Value], [b]: readonly [string, Value]) => (a < b ? -1 : 1);
  return Object.fromEntries(
    [...counts].sort(byName).map(([topic, types]) => [topic, Object.fromEntries([...types].sort(byName))]),
  );
}
