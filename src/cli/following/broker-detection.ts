import { recordOf } from '../../dataset/record-of.ts';
import type { ReadyDetector } from '../../detectors/detect.ts';
import { dayMs } from '../../features/series-calendar.ts';
import { endBeforeGap, type Gap, longestSilenceMs } from '../../features/stretches.ts';
import type { PartitionOffsets } from '../../messaging/message-source.ts';
import { AlarmFeed, type Announcement } from './alarm-feed.ts';
import type { Announcer } from './announcer.ts';
import type { MessagesRead } from './broker-messages.ts';
import { DetectionFigures } from './detection-figures.ts';
import type { TimeMerge } from './time-merge.ts';

export type BrokerDetectionOptions = {
  readonly ready: ReadyDetector;
  readonly merge: TimeMerge;
  /** Is called at the first message: where there is nothing to detect on, nothing is made on the broker. */
  readonly openAnnouncer: () => Promise<Pick<Announcer, 'publish' | 'close'>>;
  /** Is told of each announcement once it is published; `isNew` is false for what was published before. */
  readonly tell: (announcement: Announcement, isNew: boolean) => void;
  /** Is told of silences that end a stream. */
  readonly onGap: (gap: Gap) => void;
};

/** A detection on what is read of a broker: brings it into order, detects, publishes and tells. Its calls take turns. */
export class BrokerDetection {
  readonly figures = new DetectionFigures();
  readonly #options: BrokerDetectionOptions;
  #ready: ReadyDetector;
  #feed: AlarmFeed | undefined;
  #feedStartMs = 0;
  #announcer: Pick<Announcer, 'publish' | 'close'> | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(options: BrokerDetectionOptions) {
    this.#options = options;
    this.#ready = options.ready;
  }

  /** Takes consecutive messages of a partition. */
  take(read: MessagesRead): Promise<void> {
    return this.#inTurn(async () => {
      this.#options.merge.push(read, read.messages, performance.now());
      await this.#advance();
    });
  }

  /** Takes the partitions' ends. @param askedMs when they were asked for */
  look(ends: readonly PartitionOffsets[], askedMs: number): Promise<void> {
    return this.#inTurn(async () => {
      this.figures.lag = this.#options.merge.look(ends, askedMs);
      await this.#advance();
    });
  }

  /** The stream ends after its last message. */
  finish(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#advance();
      await this.#announce(this.#feed?.finish(this.figures.timeMs + 1) ?? [], performance.now());
    });
  }

  async close(): Promise<void> {
    await this.#announcer?.close();
  }

  /** "looked at 12 messages to 2026-03-04T16:30, …" */
  describe(): string {
    return this.figures.describe(this.#options.merge.held);
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(act);
    return this.#turn;
  }

  async #advance(): Promise<void> {
    const { merge, openAnnouncer } = this.#options;
    for (const { stored, readMs } of merge.release()) {
      this.#announcer ??= await openAnnouncer();
      const { time } = stored.message;
      if (this.#feed !== undefined && time - this.figures.timeMs > longestSilenceMs) await this.#begin(time, readMs);
      this.#feed ??= this.#open(time);
      this.figures.lookedAt(time);
      const announcements = this.#feed.push(recordOf(stored));
      if (announcements.length > 0) await this.#announce(announcements, readMs);
    }
  }

  #open(timeMs: number): AlarmFeed {
    this.#feedStartMs = streamStart(this.#ready, timeMs);
    return new AlarmFeed(this.#ready, this.#feedStartMs);
  }

  /** Another stream begins after a silence too long for one, as in a dataset. */
  async #begin(toMs: number, readMs: number): Promise<void> {
    const fromMs = this.figures.timeMs;
    await this.#announce(this.#feed?.finish(endBeforeGap(this.#feedStartMs, fromMs)) ?? [], readMs);
    this.#options.onGap({ fromMs, toMs });
    this.#ready = (await this.#ready.restarted?.()) ?? this.#ready;
    this.#feed = undefined;
  }

  async #announce(announcements: readonly Announcement[], readMs: number): Promise<void> {
    const fresh = new Set(await this.#announcer?.publish(announcements));
    for (const announcement of announcements) {
      const isNew = fresh.has(announcement);
      if (isNew) this.figures.announced(performance.now() - readMs);
      else this.figures.publishedBefore();
      this.#options.tell(announcement, isNew);
    }
  }
}

/** A shop opens at midnight; of another system nothing is known before its first message. */
function streamStart({ detector }: ReadyDetector, firstMs: number): number {
  return detector.features.channels?.isShop === false ? firstMs : Math.floor(firstMs / dayMs) * dayMs;
}
