import { dayMs } from '../../base/time.ts';
import type { EventRecord } from '../../data/dataset/record.ts';
import type { RecordStream, Span } from './fold-units.ts';
import { memoryDays } from './series-memory.ts';

/** As `longestSilenceMs`, in days. */
export const longestSilenceDays = memoryDays;

/**
 * After so long without any message [ms] a stream is over, and the next message begins another: a detector remembers no longer, and
 * one message whose time is wrong by decades must not make it walk over millions of empty windows.
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
  /** True to end a stretch with the longest silence that it may have, false to end it with its last message. */
  readonly withSilence: boolean;
  readonly onGap?: (gap: Gap) => void;
};

/**
 * When a stretch ends that is followed by a gap [ms]. Of less than a day it has no silence: that is what no detector judges, and may be
 * a single message with a wrong time.
 */
export function endBeforeGap(startMs: number, lastMs: number): number {
  return lastMs - startMs < dayMs ? lastMs : lastMs + longestSilenceMs;
}

/**
 * Pushes a whole stream, cut where it is silent for more than `longestSilenceMs`: each stretch is a stream of its own. The last one ends
 * with the span.
 *
 * @param open makes what takes the next stretch
 * @returns the time that the stretches cover [ms]; without gaps the span's length
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
