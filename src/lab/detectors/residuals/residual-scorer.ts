import { formatMinute } from '../../../base/time.ts';
import type { Unit } from '../../features/feature-set.ts';
import { channelInWords, type SeriesChannels, totalOf } from '../../features/series-channels.ts';
import type { Evidence, Scorer } from '../detector.ts';
import type { Deviation } from './residual-scales.ts';
import { type StreamingForecastOptions, streamingForecasts } from './streaming-forecasts.ts';
import { afterWarmUp } from './warm-up.ts';

/** Scores each window by its strongest deviation from a forecast, in robust standard deviations, whether too many or too few. */
export function residualScorer(options: StreamingForecastOptions): Scorer {
  const { channels } = options.series;
  const compare = streamingForecasts(options);
  return afterWarmUp({
    score(unit) {
      const { forecast, deviations } = compare(unit);
      const score = Math.abs(deviations[0]?.z ?? 0);
      return [{ unit, score, explain: () => residualEvidence(channels, unit, forecast, deviations) }];
    },
  });
}

/** The channels that left their band, strongest first, with what was counted and what was forecast. */
export function residualEvidence(
  channels: SeriesChannels,
  unit: Unit,
  forecast: readonly number[],
  deviations: readonly Deviation[],
): Evidence {
  // The total of a single channel repeats the channel.
  const informative = channels.names.length > 1 ? deviations : deviations.filter(({ channel }) => channel === 0);
  const strongest = strongestPerChannel(informative);
  const direction = (strongest[0]?.z ?? 0) < 0 ? 'low' : 'high';
  const features: Record<string, number> = {};
  const phrases = strongest.slice(0, 4).map(({ channel, z }) => {
    const name = channels.names[channel] ?? 'total';
    const actual = unit.features[channel] ?? totalOf(unit.features, channels);
    const expected = forecast[channel] ?? totalOf(forecast, channels);
    features[`${name} counted`] = actual;
    features[`${name} forecast`] = rounded(expected);
    features[`${name} deviation`] = rounded(z);
    return `${name === 'total' ? 'all messages' : channelInWords(name)} ${actual} against ${rounded(expected)} (${signed(z)})`;
  });
  return { text: `${direction} at ${formatMinute(unit.startMs)}: ${phrases.join(', ')}`, features };
}

function strongestPerChannel(deviations: readonly Deviation[]): readonly Deviation[] {
  const seen = new Map<number, Deviation>();
  for (const deviation of deviations) if (!seen.has(deviation.channel)) seen.set(deviation.channel, deviation);
  const strongest = [...seen.values()];
  const leftBand = strongest.filter(({ z }) => Math.abs(z) >= 3);
  return leftBand.length > 0 ? leftBand : strongest.slice(0, 1);
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

function signed(z: number): string {
  return `${z < 0 ? '' : '+'}${rounded(z)} sd`;
}
