import type { Unit } from '../../features/feature-set.ts';
import { dayMs, hourMs, hourOfDay, minuteInWords } from '../../features/series-calendar.ts';
import { channelInWords, seriesChannels, totalOf } from '../../features/series-channels.ts';
import {
  memoryDays,
  movedBefore,
  type SeriesMemory,
  type SeriesWindow,
  seriesMemory,
  windowOf,
} from '../../features/series-memory.ts';
import type { Evidence, Scorer } from '../detector.ts';
import type { Forecast, Forecaster } from './forecasters.ts';
import { type Deviation, deviationsOf, type ResidualScales } from './residual-scales.ts';
import { residualFollower } from './residual-views.ts';

/** What a scorer by forecast is made of; `past` are the days it was taught on. */
export type ResidualScorerOptions = {
  readonly windowMs: number;
  readonly horizonWindows: number;
  readonly past: readonly SeriesWindow[];
  readonly scales: ResidualScales;
  readonly forecaster: Forecaster;
};

/**
 * Scores each window by its strongest deviation from a forecast, in robust standard deviations, whether too many or too few.
 *
 * Every `horizonWindows` windows a new forecast is made from the last 22 days. Until the stream has 22 days of its own, the days
 * that the model was taught on stand in for those before it, moved by whole weeks.
 */
export function residualScorer(options: ResidualScorerOptions): Scorer {
  const { windowMs, horizonWindows, past, scales, forecaster } = options;
  const follow = residualFollower(hourMs / windowMs);
  let memory: SeriesMemory | undefined;
  let forecast: Forecast = [];
  let ahead = 0;
  return {
    score(unit) {
      if (memory === undefined) {
        memory = seriesMemory(windowMs, (memoryDays * dayMs) / windowMs);
        for (const window of movedBefore(past, windowMs, unit.startMs)) memory.push(window);
      }
      if (ahead >= forecast.length) {
        forecast = forecaster(memory, unit.startMs, horizonWindows);
        ahead = 0;
      }
      const expected = forecast[ahead] ?? [];
      ahead += 1;
      memory.push(windowOf(unit));
      const deviations = deviationsOf(follow(unit.features, expected), hourOfDay(unit.startMs), scales);
      const score = Math.abs(deviations[0]?.z ?? 0);
      return [{ unit, score, explain: () => residualEvidence(unit, expected, deviations) }];
    },
    finish: () => [],
  };
}

/** The channels that left their band, strongest first, with what was counted and what was forecast. */
export function residualEvidence(unit: Unit, forecast: readonly number[], deviations: readonly Deviation[]): Evidence {
  const strongest = strongestPerChannel(deviations);
  const direction = (strongest[0]?.z ?? 0) < 0 ? 'low' : 'high';
  const features: Record<string, number> = {};
  const phrases = strongest.slice(0, 4).map(({ channel, z }) => {
    const name = seriesChannels[channel] ?? 'total';
    const actual = unit.features[channel] ?? totalOf(unit.features);
    const expected = forecast[channel] ?? totalOf(forecast);
    features[`${name} counted`] = actual;
    features[`${name} forecast`] = rounded(expected);
    features[`${name} deviation`] = rounded(z);
    return `${name === 'total' ? 'all messages' : channelInWords(name)} ${actual} against ${rounded(expected)} (${signed(z)})`;
  });
  return { text: `${direction} at ${minuteInWords(unit.startMs)}: ${phrases.join(', ')}`, features };
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
