import { minuteMs, type Span } from '../../../base/time.ts';
import type { EventRecord } from '../../../data/dataset/record.ts';
import type { RecordStream } from '../../features/fold-units.ts';
import { type Lane, type Timeline, terminalTimeline } from './timeline.ts';
import { defaultWidth } from './wrap-text.ts';

/** Length of the windows that messages are counted in [ms]. */
const eventWindowMs = 15 * minuteMs;
/** Years of messages, or one message with a wrong time, get longer windows. */
const mostWindows = 100_000;
/** Messages over time. */
export type EventCounts = Omit<Timeline, 'lanes'>;

/** Counts messages over time, as they are read. */
export type EventCounter = EventCounts & {
  /** The same records, counted as they pass. */
  readonly counting: (records: RecordStream) => AsyncIterable<readonly EventRecord[]>;
};

/** Counts in windows of 15 min, or of a multiple of it where there would be too many. */
export function eventCounter({ startMs, endMs }: Span): EventCounter {
  const windowMs = eventWindowMs * Math.max(1, Math.ceil((endMs - startMs) / eventWindowMs / mostWindows));
  const counts = new Array<number>(Math.max(1, Math.ceil((endMs - startMs) / windowMs))).fill(0);
  return {
    ...{ startMs, windowMs, counts },
    async *counting(records) {
      for await (const batch of records) {
        for (const { timeMs } of batch) {
          const window = Math.floor((timeMs - startMs) / windowMs);
          if (counts[window] !== undefined) counts[window] += 1;
        }
        yield batch;
      }
    },
  };
}

/** What is known of the same time. */
type Beneath = {
  readonly anomalies?: readonly Span[];
  /** Anomalies of other kinds, which were not searched. */
  readonly others?: readonly Span[];
  readonly nearMisses?: readonly Span[];
  readonly alarms?: readonly Span[];
};

/** Messages over time as a line of bars, with the truth and the alarms below it. */
export function terminalEvents(events: EventCounts, beneath: Beneath, width = defaultWidth): string {
  const { anomalies = [], others = [], nearMisses = [], alarms = [] } = beneath;
  const lanes: readonly Lane[] = [
    { name: 'anomalies', spans: anomalies, mark: '█' },
    { name: 'other kinds', spans: others, mark: '▒' },
    { name: 'near misses', spans: nearMisses, mark: '░' },
    { name: 'alarms', spans: alarms, mark: '▲' },
  ];
  return terminalTimeline('messages', { ...events, lanes }, width);
}
