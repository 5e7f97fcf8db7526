import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cannot } from '../../base/errors.ts';
import { hash64Hex } from '../../base/hash.ts';
import { makeDirectory } from '../../base/whole-file.ts';
import { addFindings, type MessageBatch } from '../../broker/message-source.ts';
import { comparePartitions, partitionName } from '../../broker/topics.ts';
import {
  beginAgain,
  type Checkpoint,
  type PartitionCheckpoint,
  readCheckpoint,
  writeCheckpoint,
} from './checkpoint.ts';
import { clearTarget } from './rename-dataset.ts';

const newline = 10;

/** The file in which the messages of a partition are kept while a dataset is unfinished. */
export function partitionFilePath(partialDir: string, topic: string, partition: number): string {
  return join(partialDir, `${fileNameOf(topic)}-${partition}.jsonl`);
}

/**
 * A topic's name as part of a file's name. Kafka allows 249 characters and distinguishes case; file systems take 255 bytes, and some ignore case.
 * Then a hash takes the place of the rest, behind a character that no topic has.
 */
export function fileNameOf(topic: string): string {
  const isSafe = topic.length <= 200 && topic === topic.toLowerCase();
  return isSafe ? topic : `${topic.slice(0, 150)}~${hash64Hex(topic)}`;
}

/** What a collection is made from. It is resumed only with the same origin. */
export type Origin = Pick<Checkpoint, 'clusterId' | 'topicPrefix' | 'topics'>;

/** `NAME.partial/`: one append-only file a topic-partition and the checkpoint that says how much of each counts. */
export class PartialDataset {
  readonly dir: string;
  readonly #onStep: (step: string) => void;
  readonly #files = new Map<string, PartitionFile>();
  #head: Omit<Checkpoint, 'partitions'>;
  #uncommittedBytes = 0;

  private constructor(dir: string, head: Omit<Checkpoint, 'partitions'>, onStep: (step: string) => void) {
    this.dir = dir;
    this.#head = head;
    this.#onStep = onStep;
  }

  /** Begins again: everything in the directory is deleted. */
  static create(dir: string, origin: Origin, onStep: (step: string) => void): PartialDataset {
    clearTarget(dir);
    rmSync(dir, { recursive: true, force: true });
    makeDirectory(dir);
    return new PartialDataset(dir, { format: 2, ...origin, status: 'collecting', runFinished: false }, onStep);
  }

  /** Continues at the last checkpoint; what was written after it is cut off. undefined if there is none. @throws DATASET_CORRUPT */
  static resume(dir: string, onStep: (step: string) => void): PartialDataset | undefined {
    const checkpoint = readCheckpoint(dir);
    if (checkpoint === undefined) return undefined;
    const { partitions, ...head } = checkpoint;
    const partial = new PartialDataset(dir, head, onStep);
    try {
      for (const state of partitions) partial.#open(state).truncate();
    } catch (error) {
      partial.close();
      throw error;
    }
    return partial;
  }

  get checkpoint(): Checkpoint {
    const states = [...this.#files.values()].map(file => file.state);
    return { ...this.#head, partitions: states.sort(comparePartitions) };
  }

  get uncommittedBytes(): number {
    return this.#uncommittedBytes;
  }

  stateOf(topic: string, partition: number): PartitionCheckpoint | undefined {
    return this.#files.get(partitionName({ topic, partition }))?.state;
  }

  /** The last line that counts, without its newline; undefined if there is none. */
  lastLine(topic: string, partition: number): string | undefined {
    return this.#files.get(partitionName({ topic, partition }))?.lastLine();
  }

  addPartition(topic: string, partition: number, low: number): void {
    this.#open({ topic, partition, low, nextOffset: low, messages: 0, bytes: 0 });
  }

  append(batch: MessageBatch): void {
    const file = this.#files.get(partitionName(batch));
    if (file === undefined) throw new TypeError(`Unknown partition ${partitionName(batch)}`);
    file.append(batch);
    this.#countFindings(batch);
    this.#uncommittedBytes += batch.lines.length;
    this.#onStep('batch written');
  }

  /** Write data, sync data, replace the checkpoint: everything appended so far survives a crash from here on. */
  commit(change: Partial<Pick<Checkpoint, 'status' | 'runFinished' | 'isCut'>> = {}): void {
    for (const file of this.#files.values()) file.sync();
    this.#onStep('data synced');
    this.#head = { ...this.#head, ...change };
    writeCheckpoint(this.dir, this.checkpoint, this.#onStep);
    this.#uncommittedBytes = 0;
  }

  close(): void {
    for (const file of this.#files.values()) file.close();
    this.#files.clear();
  }

  #countFindings(batch: MessageBatch): void {
    const unread = addFindings(this.#head.unread, batch.unread);
    const unreadable = addFindings(this.#head.unreadable, batch.unreadable);
    this.#head = {
      ...this.#head,
      ...(unread === undefined ? {} : { unread }),
      ...(unreadable === undefined ? {} : { unreadable }),
    };
  }

  #open(state: PartitionCheckpoint): PartitionFile {
    const file = new PartitionFile(partitionFilePath(this.dir, state.topic, state.partition), state);
    this.#files.set(partitionName(state), file);
    return file;
  }
}

class PartitionFile {
  readonly #path: string;
  readonly #descriptor: number;
  #state: PartitionCheckpoint;
  #isDirty = false;

  constructor(path: string, state: PartitionCheckpoint) {
    this.#path = path;
    this.#descriptor = openSync(path, 'a+');
    this.#state = state;
  }

  get state(): PartitionCheckpoint {
    return this.#state;
  }

  truncate(): void {
    const { size } = fstatSync(this.#descriptor);
    if (size < this.#state.bytes) {
      throw cannot('DATASET_CORRUPT', 'resume')(
        `${this.#path} has ${size} bytes`,
        `at least ${this.#state.bytes} as in checkpoint.json; ${beginAgain}`,
      );
    }
    ftruncateSync(this.#descriptor, this.#state.bytes);
  }

  append(batch: MessageBatch): void {
    writeFileSync(this.#descriptor, batch.lines);
    this.#isDirty = true;
    this.#state = {
      ...this.#state,
      nextOffset: batch.nextOffset,
      messages: this.#state.messages + batch.messages,
      bytes: this.#state.bytes + batch.lines.length,
    };
  }

  sync(): void {
    if (!this.#isDirty) return;
    fdatasyncSync(this.#descriptor);
    this.#isDirty = false;
  }

  lastLine(): string | undefined {
    const { bytes } = this.#state;
    if (bytes === 0) return undefined;
    for (let tail = 4096; ; tail *= 4) {
      const start = Math.max(0, bytes - tail);
      const block = Buffer.alloc(bytes - start);
      readSync(this.#descriptor, block, 0, block.length, start);
      const begin = block.lastIndexOf(newline, -2);
      if (begin !== -1 || start === 0) return block.toString('utf8', begin + 1, block.length - 1);
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
