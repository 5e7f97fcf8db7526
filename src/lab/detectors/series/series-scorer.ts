import { z } from 'zod';
import { ChannelScorer, type ScoredSample } from './channel-scorer.ts';
import { movedBefore, type SeriesSample } from './series-history.ts';

/** What a model of series knows beside the history. */
export const seriesParametersSchema = z.object({
  kind: z.enum(['count', 'value']),
  timezone: z.string(),
  falseAlarmsPerDay: z.number().positive(),
  channels: z.array(z.object({ id: z.string(), periodMs: z.number().positive() })).readonly(),
});

export type SeriesParameters = z.infer<typeof seriesParametersSchema>;

/**
 * Scores the channels of a stream, each by itself. The budget of false alarms is that of all channels together. The training samples stand in for
 * what was before the stream.
 */
export class SeriesScorer {
  readonly #parameters: SeriesParameters;
  readonly #history: readonly SeriesSample[];
  readonly #scorers = new Map<string, ChannelScorer>();
  #beginMs: number | undefined;

  constructor(parameters: SeriesParameters, history: readonly SeriesSample[]) {
    this.#parameters = parameters;
    this.#history = history;
  }

  /** @param sample not before the last one of its channel */
  push(sample: SeriesSample): ScoredSample {
    if (this.#beginMs === undefined) {
      this.#beginMs = sample.timeMs;
      const { timezone, channels } = this.#parameters;
      const periodMs = Math.max(...channels.map(channel => channel.periodMs));
      const past = movedBefore(this.#history, { startMs: sample.timeMs, timezone, periodMs });
      const searched = new Set(channels.map(({ id }) => id));
      for (const { channel, timeMs, value } of past) if (searched.has(channel)) this.#of(channel).push(timeMs, value);
    }
    const scored = this.#of(sample.channel).push(sample.timeMs, sample.value);
    // What stands in for the past is no part of the stream.
    return { ...scored, sinceMs: Math.max(scored.sinceMs, this.#beginMs) };
  }

  /** True once the time of day, or the day of the week, is judged in a channel. */
  isSeasonal(channel: string): boolean {
    return this.#scorers.get(channel)?.isSeasonal ?? false;
  }

  #of(channel: string): ChannelScorer {
    const known = this.#scorers.get(channel);
    if (known !== undefined) return known;
    const { kind, timezone, falseAlarmsPerDay, channels } = this.#parameters;
    const { periodMs } = channels.find(({ id }) => id === channel) ?? channels[0] ?? { periodMs: 0 };
    const scorer = new ChannelScorer({
      isCount: kind === 'count',
      periodMs,
      timezone,
      daysPerFalseAlarm: channels.length / falseAlarmsPerDay,
    });
    this.#scorers.set(channel, scorer);
    return scorer;
  }
}
