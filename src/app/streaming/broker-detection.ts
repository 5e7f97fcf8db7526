import { dayMs, formatMinute } from '../../base/time.ts';
import { inThousands, pluralize } from '../../base/words.ts';
import type { MessagePlace, PartitionPlace, StoredMessage } from '../../broker/message.ts';
import type { PartitionOffsets } from '../../broker/message-source.ts';
import { recordOf } from '../../data/dataset/record-of.ts';
import type { LoadedDetector } from '../../lab/detectors/detect.ts';
import { endBeforeGap, type Gap, longestSilenceMs } from '../../lab/features/sessions.ts';
import { type AlarmEvent, AlarmFeed, type PublicationStatus } from './alarm-feed.ts';
import type { AlarmPublisher } from './alarm-publisher.ts';
import type { WatermarkMerge } from './watermark-merge.ts';

/** Consecutive messages of one partition. */
export type MessagesRead = PartitionPlace & {
  readonly nextOffset: number;
  readonly messages: readonly StoredMessage[];
};

/** Where alarm events go. */
export type AlarmSink = Pick<AlarmPublisher, 'publish' | 'close'> & {
  /** Called when everything was read, or nearly so. */
  readonly join?: () => void;
};

export type BrokerDetectionOptions = {
  readonly ready: LoadedDetector;
  readonly merge: WatermarkMerge;
  /** Is called at the first message: where there is nothing to detect on, nothing is made on the broker. */
  readonly openAlarmPublisher: () => Promise<AlarmSink>;
  /** Called with each alarm event once it is published, or is known not to be. */
  readonly tell: (alarmEvent: AlarmEvent, status: PublicationStatus) => void;
  /** False for messages before which others may still come: from the first of them on, nothing is published. */
  readonly isSettled: (place: MessagePlace) => boolean;
  /**
   * True to let time pass with the wall clock for messages that come as they happen, so that a silence of all topics is detected while it
   * lasts. False for a run of cqshop: its time is virtual, or scaled.
   */
  readonly goesOnWithClock: boolean;
  /** Called with each silence that ends a stream. */
  readonly onGap: (gap: Gap) => void;
};

/** Messages that are not read. */
const lagToJoin = 1000;

/** A detection on what is read of a broker: brings it into order, detects, publishes and reports. Its calls take turns. */
export class BrokerDetection {
  readonly figures = new DetectionFigures();
  readonly #options: BrokerDetectionOptions;
  #ready: LoadedDetector;
  #feed: AlarmFeed | undefined;
  #feedStartMs = 0;
  /** The message with the latest time, and when it was read. */
  #newest = { timeMs: Number.NEGATIVE_INFINITY, wallMs: 0 };
  #alarmPublisher: AlarmSink | undefined;
  #isSettled = true;
  #turn: Promise<void> = Promise.resolve();

  constructor(options: BrokerDetectionOptions) {
    this.#options = options;
    this.#ready = options.ready;
  }

  /** Takes consecutive messages of a partition. @param wallMs the wall clock when they were read */
  take(read: MessagesRead, wallMs: number): Promise<void> {
    return this.#inTurn(async () => {
      for (const { message } of read.messages) {
        if (message.time >= this.#newest.timeMs) this.#newest = { timeMs: message.time, wallMs };
      }
      this.#options.merge.push(read, read.messages, performance.now());
      await this.#advance();
    });
  }

  /** Takes the partitions' ends. @param asked when they were asked for: by a clock that only goes forward, and by the wall clock */
  look(ends: readonly PartitionOffsets[], asked: { readonly askedMs: number; readonly wallMs: number }): Promise<void> {
    return this.#inTurn(async () => {
      this.figures.lag = this.#options.merge.look(ends, asked.askedMs);
      await this.#advance();
      if (this.#options.merge.isCaughtUp(asked.askedMs)) await this.#advanceWatermark(asked.wallMs);
      if (this.figures.lag < lagToJoin) this.#alarmPublisher?.join?.();
      // What another process has left unpublished.
      await this.#publish([], undefined);
    });
  }

  /** The reading ends after its last message; the stream may go on. */
  finish(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#advance();
      this.#isSettled = false;
      await this.#publish(this.#feed?.finish(this.figures.timeMs + 1) ?? [], performance.now());
    });
  }

  async close(): Promise<void> {
    await this.#alarmPublisher?.close();
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
    const { merge, openAlarmPublisher } = this.#options;
    for (const { stored, readMs } of merge.drain()) {
      this.#alarmPublisher ??= await openAlarmPublisher();
      this.#isSettled &&= this.#options.isSettled(stored);
      const { time } = stored.message;
      if (this.#feed !== undefined && time - this.figures.timeMs > longestSilenceMs) await this.#begin(time, readMs);
      this.#feed ??= this.#open(time);
      this.figures.messages += 1;
      this.figures.timeMs = time;
      const alarmEvents = this.#feed.push(recordOf(stored));
      if (alarmEvents.length > 0) await this.#publish(alarmEvents, readMs);
    }
  }

  /**
   * Nothing came until `wallMs`. A window is closed one window plus the merge's hold after its end, because other messages may be as late as the newest
   * one was when it was read: at most a window.
   */
  async #advanceWatermark(wallMs: number): Promise<void> {
    const { goesOnWithClock, merge } = this.#options;
    const { windowMs } = this.#ready.detector.features;
    const { timeMs: newestMs, wallMs: readMs } = this.#newest;
    if (!goesOnWithClock || this.#feed === undefined || Math.abs(readMs - newestMs) > windowMs) return;
    const closedMs = Math.floor((wallMs - windowMs - merge.holdMs) / windowMs) * windowMs;
    // For no longer than a dataset's stream may be silent, so that the same is found.
    const timeMs = Math.min(closedMs, endBeforeGap(this.#feedStartMs, this.figures.timeMs));
    if (timeMs <= this.figures.timeMs) return;
    merge.advanceWatermark(timeMs);
    await this.#publish(this.#feed.advance(timeMs), undefined);
  }

  #open(timeMs: number): AlarmFeed {
    this.#feedStartMs = streamStart(this.#ready, timeMs);
    return new AlarmFeed(this.#ready, this.#feedStartMs);
  }

  /** Another stream begins after a silence too long for one, as in a dataset. */
  async #begin(toMs: number, readMs: number): Promise<void> {
    const fromMs = this.figures.timeMs;
    await this.#publish(this.#feed?.finish(endBeforeGap(this.#feedStartMs, fromMs)) ?? [], readMs);
    this.#options.onGap({ fromMs, toMs });
    this.#ready = (await this.#ready.restarted?.()) ?? this.#ready;
    this.#feed = undefined;
  }

  /** @param readMs when the message was read that they follow from; undefined if they follow from silence */
  async #publish(alarmEvents: readonly AlarmEvent[], readMs: number | undefined): Promise<void> {
    const fresh = new Set(this.#isSettled ? await this.#alarmPublisher?.publish(alarmEvents) : []);
    const found = new Set(alarmEvents);
    for (const alarmEvent of new Set([...fresh, ...found])) {
      const status = fresh.has(alarmEvent) ? 'new' : this.#isSettled ? 'before' : 'provisional';
      this.figures.alarmEvents[status] += 1;
      // It was found earlier, and left to another process.
      if (!found.has(alarmEvent)) this.figures.alarmEvents.before -= 1;
      else if (status === 'new' && readMs !== undefined) this.figures.addDelay(performance.now() - readMs);
      this.#options.tell(alarmEvent, status);
    }
  }
}

/** A shop opens at midnight. For another system, nothing is known before its first message. */
function streamStart({ detector }: LoadedDetector, firstMs: number): number {
  return detector.features.channels?.isShop === false ? firstMs : Math.floor(firstMs / dayMs) * dayMs;
}

const delaysKept = 1000;

/** How far a detection on a broker has come. */
class DetectionFigures {
  messages = 0;
  /** Time of the last message looked at [ms]. */
  timeMs = 0;
  /** Messages that are there and not read. */
  lag = 0;
  /** Alarm events by what happened to them. */
  readonly alarmEvents: Record<PublicationStatus, number> = { new: 0, before: 0, provisional: 0 };
  /** From when a message was read to when its alarm event was published: the latest ones. */
  readonly #delaysMs: number[] = [];

  addDelay(ms: number): void {
    this.#delaysMs.push(ms);
    if (this.#delaysMs.length > delaysKept) this.#delaysMs.shift();
  }

  /** @param held messages that wait for earlier ones */
  describe(held: number): string {
    const { new: published, before, provisional } = this.alarmEvents;
    const at = this.messages === 0 ? '' : ` to ${formatMinute(this.timeMs)}`;
    const known = before === 0 ? '' : `, ${before} were there already`;
    const rest = provisional === 0 ? '' : `, ${provisional} printed only, since more may come`;
    return `looked at ${pluralize(this.messages, 'message')}${at}, ${pluralize(held, 'waits', 'wait')} for earlier ones, ${inThousands(this.lag)} not read; published ${published}${this.#delay()}${known}${rest}`;
  }

  #delay(): string {
    if (this.#delaysMs.length === 0) return '';
    const sorted = [...this.#delaysMs].sort((a, b) => a - b);
    const seconds = (ms = 0) => `${(ms / 1000).toFixed(1)} s`;
    return `, from message to publication ${seconds(sorted[Math.floor(sorted.length / 2)])} (median), ${seconds(sorted.at(-1))} (longest)`;
  }
}
