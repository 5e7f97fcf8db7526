import { dayMs, type Span } from '../../base/time.ts';
import type { EventRecord } from '../../data/dataset/record.ts';
import type { RecordStream } from './fold-units.ts';
import { memoryDays } from './series-memory.ts';

/** As `longestSilenceMs`, in days. */
export const longestSilenceDays = memoryDays;

/**
 * After this long without any message [ms] a session ends, and the next message begins another. A detector's memory is no longer than this, and
 * one message whose time is wrong by decades must not make it score millions of empty windows.
 */
export const longestSilenceMs = longestSilenceDays * dayMs;

/** A silence too long to be part of a stream: the last message before it and the first after it [ms]. */
export type Gap = { readonly fromMs: number; readonly toMs: number };

/** Takes the records of one session. */
export type Session = {
  readonly push: (record: EventRecord) => void;
  readonly finish: (endMs: number) => void;
};

export type SessionOptions = {
  /** True to end a session with the longest silence that it may have, false to end it with its last message. */
  readonly withSilence: boolean;
  readonly onGap?: ((gap: Gap) => void) | undefined;
};

/**
 * The end of a session that is followed by a gap [ms]. A session of less than a day gets no silence at its end: no detector scores its first day,
 * and it may be a single message with a wrong time.
 */
export function endBeforeGap(startMs: number, lastMs: number): number {
  return lastMs - startMs < dayMs ? lastMs : lastMs + longestSilenceMs;
}

/**
 * Splits a stream into sessions where it is silent for more than `longestSilenceMs`, and pushes each. The last session ends with the span.
 *
 * @param open begins the next session
 * @returns the time that the sessions cover [ms]; without gaps the span's length
 */
export async function drainSessions(
  records: RecordStream,
  span: Span,
  open: (startMs: number) => Session | Promise<Session>,
  { withSilence, onGap }: SessionOptions,
): Promise<number> {
  let { startMs } = span;
  let lastMs = startMs;
  let coveredMs = 0;
  let session = await open(startMs);
  for await (const batch of records) {
    for (const record of batch) {
      if (record.timeMs - lastMs > longestSilenceMs) {
        const endMs = withSilence ? endBeforeGap(startMs, lastMs) : lastMs;
        session.finish(endMs);
        onGap?.({ fromMs: lastMs, toMs: record.timeMs });
        coveredMs += endMs - startMs;
        startMs = record.timeMs;
        session = await open(startMs);
      }
      lastMs = record.timeMs;
      session.push(record);
    }
  }
  session.finish(span.endMs);
  return coveredMs + span.endMs - startMs;
}
