import { rfc3339 } from '../../base/time.ts';
import { pluralize } from '../../base/words.ts';
import type { PublicationStatus } from './alarm-feed.ts';

/** How far a detection on a broker has come. */
export class DetectionFigures {
  messages = 0;
  /** Time of the last message looked at [ms]. */
  timeMs = 0;
  /** Messages that are there and not read. */
  lag = 0;
  /** Alarm events by what happened to them. */
  readonly alarmEvents: Record<PublicationStatus, number> = { new: 0, before: 0, provisional: 0 };
  /** From when a message was read to when its alarm event was published. */
  readonly delaysMs: number[] = [];

  /** @param held messages that wait for earlier ones */
  describe(held: number): string {
    const { new: published, before, provisional } = this.alarmEvents;
    const at = this.messages === 0 ? '' : ` to ${rfc3339(this.timeMs).slice(0, 16)}`;
    const known = before === 0 ? '' : `, ${before} were there already`;
    const rest = provisional === 0 ? '' : `, ${provisional} printed only, since more may come`;
    return `looked at ${pluralize(this.messages, 'message')}${at}, ${pluralize(held, 'waits', 'wait')} for earlier ones, ${this.lag} not read; published ${published}${this.#delay()}${known}${rest}`;
  }

  #delay(): string {
    if (this.delaysMs.length === 0) return '';
    const sorted = [...this.delaysMs].sort((a, b) => a - b);
    const seconds = (ms = 0) => `${(ms / 1000).toFixed(1)} s`;
    return `, from message to publication ${seconds(sorted[Math.floor(sorted.length / 2)])} (median), ${seconds(sorted.at(-1))} (longest)`;
  }
}
