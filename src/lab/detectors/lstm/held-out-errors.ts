import type { ForecastWindow } from '../../features/series-profile.ts';
import type { UsualHour } from './residual-windows.ts';

/** An hour that a network was not trained on, with its forecast and the usual counts of the other weeks. */
export type UnseenHour = ForecastWindow & { readonly window: UsualHour };

/**
 * Weighted absolute percentage errors over all unseen hours and channels: Σ |actual - forecast| / Σ actual, of the network and of the
 * medians that it corrects. The held-out hours decided when training stopped, which favours the network slightly; equal figures mean that it
 * learnt nothing. Worked value: 8 and 12 events, forecast as 10 each, are (2 + 2) / 20 = 0.2. Null without an event.
 */
export function heldOutErrors(streams: readonly (readonly UnseenHour[])[]): Readonly<Record<string, number | null>> {
  const hours = streams.flat();
  const actual = sum(hours, ({ window }) => sum(window.counts, count => count));
  const errorOf = (expected: (hour: UnseenHour) => readonly number[]) =>
    actual === 0
      ? null
      : sum(hours, hour =>
          sum(hour.window.counts, (count, channel) => Math.abs(count - (expected(hour)[channel] ?? 0))),
        ) / actual;
  return {
    heldOutDaysForecastError: errorOf(({ forecast }) => forecast),
    heldOutDaysMedianError: errorOf(({ window }) => window.usual),
  };
}

function sum<Item>(items: readonly Item[], of: (item: Item, index: number) => number): number {
  return items.reduce((total, item, index) => total + of(item, index), 0);
}
