import { closeSync, existsSync, openSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cannot, writing } from '../../base/errors.ts';
import { makeDirectory, writeWhole } from '../../base/whole-file.ts';
import type { StoredMessage } from '../message.ts';
import { formatMessageLine } from '../message-line.ts';
import type { MessageLog } from '../message-log.ts';
import { partitionName, truthTopic } from '../topics.ts';
import { type BrokerFile, brokerFilePath, partitionPath, readBrokerFile } from './embedded-log-layout.ts';

export type EmbeddedLogOptions = {
  /** Partitions by topic, named without the prefix. */
  readonly topics: ReadonlyMap<string, number>;
  /** Identifies the run, from its content, so that a rerun gives the same bytes. A directory keeps the first one. */
  readonly clusterId: string;
  /** Goes before every topic's name in the directory, so that it can hold several runs. Default ''. */
  readonly topicPrefix?: string;
};

/** A log in a directory. */
export type EmbeddedLog = MessageLog & {
  /** Flushes and closes its files; call it in `finally`. @throws WRITE_FAILED */
  readonly close: () => void;
};

/** Bytes that a partition buffers before one write call. */
const bufferBytes = 64 * 1024;

/**
 * Begins the embedded broker's log: `DIR/broker.json` and one append-only file of JSON lines a topic-partition.
 * The truth topic's file is written last, so a reader that finds RunFinished there can read every other message too.
 *
 * @throws BROKER_NOT_EMPTY when one of the topics has messages; WRITE_FAILED when the directory cannot be written
 */
export function openEmbeddedLog(dir: string, options: EmbeddedLogOptions): EmbeddedLog {
  const { topics, clusterId, topicPrefix = '' } = options;
  const names = [...topics.keys()].sort();
  return writing(`embedded broker ${dir}`, () => {
    makeDirectory(dir);
    const known = existsSync(brokerFilePath(dir)) ? readBrokerFile(dir) : undefined;
    for (const name of names) assertEmpty(dir, topicPrefix + name);
    discardEmbeddedRun(dir, { topics: names, topicPrefix });
    const ownTopics = [...topics].map(([name, partitions]) => [topicPrefix + name, { partitions }] as const);
    const own: BrokerFile = { format: 1, clusterId, topics: Object.fromEntries(ownTopics) };
    const file = mergedBrokerFile(dir, known ?? own, own);
    writeWhole(brokerFilePath(dir), `${JSON.stringify(file, undefined, 2)}\n`);
    return new LogFiles(dir, topicPrefix, topics);
  });
}

/** Deletes what the topics of one run hold; other prefixes' topics in the directory stay. @throws WRITE_FAILED */
export function discardEmbeddedRun(
  dir: string,
  { topics, topicPrefix }: { readonly topics: Iterable<string>; readonly topicPrefix: string },
): void {
  writing(`embedded broker ${dir}`, () => {
    for (const name of topics) rmSync(join(dir, topicPrefix + name), { recursive: true, force: true });
  });
}

class LogFiles implements EmbeddedLog {
  readonly #partitions = new Map<string, PartitionFile[]>();
  /** In the order in which they are flushed. */
  readonly #files: PartitionFile[] = [];

  constructor(dir: string, prefix: string, topics: ReadonlyMap<string, number>) {
    const isTruth = ([topic]: readonly [string, number]) => Number(topic === truthTopic);
    for (const [topic, count] of [...topics].sort((a, b) => isTruth(a) - isTruth(b))) {
      makeDirectory(join(dir, prefix + topic));
      const files = Array.from(
        { length: count },
        (_, index) => new PartitionFile(partitionPath(dir, prefix + topic, index)),
      );
      this.#partitions.set(topic, files);
      this.#files.push(...files);
    }
  }

  readonly append = (stored: StoredMessage): void => {
    const file = this.#partitions.get(stored.topic)?.[stored.partition];
    if (file === undefined) throw new TypeError(`Unknown partition ${partitionName(stored)}`);
    file.append(stored);
    if (file.pendingBytes < bufferBytes) return;
    if (stored.topic === truthTopic) this.flush();
    else file.flush();
  };

  readonly flush = (): void => {
    for (const file of this.#files) file.flush();
  };

  readonly close = (): void => {
    try {
      this.flush();
    } finally {
      for (const file of this.#files) file.close();
    }
  };
}

/** One file, written in blocks. Lines are buffered as bytes: buffered strings would become garbage that only a full collection frees. */
class PartitionFile {
  readonly #path: string;
  #descriptor: number | undefined;
  #buffer = Buffer.allocUnsafe(2 * bufferBytes);
  #used = 0;
  #nextOffset = 0;

  constructor(path: string) {
    this.#path = path;
    this.#descriptor = openSync(path, 'a');
  }

  get pendingBytes(): number {
    return this.#used;
  }

  append(stored: StoredMessage): void {
    if (stored.offset !== this.#nextOffset) {
      throw new TypeError(`Offset ${stored.offset} appended to ${this.#path}, expected ${this.#nextOffset}`);
    }
    this.#nextOffset++;
    const line = formatMessageLine(stored.offset, stored.message);
    // A UTF-16 unit is at most three bytes of UTF-8.
    const needed = this.#used + 3 * line.length;
    if (needed > this.#buffer.length) this.#buffer = Buffer.concat([this.#buffer], 2 * needed);
    this.#used += this.#buffer.write(line, this.#used);
  }

  flush(): void {
    if (this.#used === 0) return;
    const descriptor = this.#descriptor;
    if (descriptor === undefined) throw new TypeError(`${this.#path} is closed`);
    const bytes = this.#buffer.subarray(0, this.#used);
    this.#used = 0;
    writing(`message log ${this.#path}`, () => writeFileSync(descriptor, bytes));
  }

  close(): void {
    if (this.#descriptor === undefined) return;
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
    this.#used = 0;
  }
}

function assertEmpty(dir: string, topic: string): void {
  if (!hasMessages(dir, topic)) return;
  throw cannot('BROKER_NOT_EMPTY', `write to embedded broker ${dir}`, { dir, topic })(
    `topic ${topic} holds messages`,
    'an empty one; another --broker embedded:DIR or --topic-prefix keeps runs apart, --overwrite deletes the one that is there',
  );
}

function hasMessages(dir: string, topic: string): boolean {
  const folder = join(dir, topic);
  return existsSync(folder) && readdirSync(folder).some(file => statSync(join(folder, file)).size > 0);
}

/** Topics of other prefixes stay. If they hold anything, the id of the cluster stays too. */
function mergedBrokerFile(dir: string, known: BrokerFile, own: BrokerFile): BrokerFile {
  const isShared = Object.keys(known.topics).some(name => hasMessages(dir, name));
  const topics = Object.entries({ ...known.topics, ...own.topics }).sort(([a], [b]) => (a < b ? -1 : 1));
  return { format: 1, clusterId: (isShared ? known : own).clusterId, topics: Object.fromEntries(topics) };
}
