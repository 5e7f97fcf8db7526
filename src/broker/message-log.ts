import type { StoredMessage } from './message.ts';

/**
 * Where a broker keeps its messages. Synchronous, because it is called once for each message on the simulation's hot path;
 * an implementation buffers.
 */
export type MessageLog = {
  /** Takes the next message of its partition; offsets of a partition are 0, 1, 2, … @throws WRITE_FAILED */
  readonly append: (stored: StoredMessage) => void;
  /** Makes everything appended so far readable. @throws WRITE_FAILED */
  readonly flush: () => void;
  /**
   * For a log that cannot write synchronously: sends what was appended and waits for it, so that memory stays bounded. The
   * caller awaits it now and then, and at the end. @throws WRITE_FAILED, BROKER_UNREACHABLE
   */
  readonly drain?: () => Promise<void>;
};
