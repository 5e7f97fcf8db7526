import type { StoredMessage } from './message.ts';

/**
 * Where a broker keeps its messages. Synchronous, because it is called once a message on the simulation's hot path;
 * an implementation buffers.
 */
export type MessageLog = {
  /** Takes the next message of its partition; offsets of a partition are 0, 1, 2, … @throws WRITE_FAILED */
  readonly append: (stored: StoredMessage) => void;
  /** Hands everything appended so far to the readers. @throws WRITE_FAILED */
  readonly flush: () => void;
  /**
   * For a log that cannot write synchronously: sends what was appended and waits for it, so that memory stays bounded. Whoever
   * appends awaits it now and then, and at the end. @throws WRITE_FAILED, BROKER_UNREACHABLE
   */
  readonly drain?: () => Promise<void>;
  /** Flushes and lets go of the log's resources; call it in `finally`. @throws WRITE_FAILED */
  readonly close: () => void;
};
