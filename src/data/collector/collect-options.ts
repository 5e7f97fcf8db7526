import type { EventRecord } from '../dataset/record.ts';

export type CollectOptions = {
  /** The dataset's directory: `datasets/NAME`. */
  readonly out: string;
  /** Topics named without the prefix; default: the command log and every events topic. The truth topic is always included. */
  readonly topics?: readonly string[] | undefined;
  /** Goes on until the run is finished, a live run has ended, or `signal` is aborted; each finishes the dataset. */
  readonly follow?: boolean | undefined;
  /** Replaces a finished dataset, and begins an unfinished one again whatever it holds. */
  readonly overwrite?: boolean | undefined;
  /**
   * Aborting stops at the last checkpoint (an AbortError). With `follow` it finishes the dataset if there are any messages. The source decides
   * whether it still waits for a broker that is away.
   */
  readonly signal?: AbortSignal | undefined;
  /** What messages mean that cqshop did not write, as given to the source; goes into the manifest. */
  readonly mapping?: Readonly<Record<string, unknown>> | undefined;
  /** The first message of the truth topic that is no truth is an error; default false: it is counted. As the source treats other records. */
  readonly strict?: boolean | undefined;
  /** Called with what the user must know at once. */
  readonly onNote?: ((note: string) => void) | undefined;
  /** Called with each record of the dataset, in its order; a long payload that a mapping has read is missing in it. */
  readonly onRecord?: ((record: EventRecord) => void) | undefined;
  readonly onProgress?: ((progress: CollectProgress) => void) | undefined;
  /** Called between the steps of commits and of finishing; throwing stops there as a crash would. For tests. */
  readonly onStep?: ((step: string) => void) | undefined;
  /** Bytes between two checkpoints; default 8 MiB. */
  readonly checkpointBytes?: number | undefined;
};

export type CollectProgress = {
  readonly stage: 'collecting' | 'merging';
  readonly messages: number;
  readonly total: number;
};
