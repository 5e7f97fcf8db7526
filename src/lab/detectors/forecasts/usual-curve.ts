import { announcedAhead } from './announced-ratios.ts';
import type { Correction } from './correction.ts';
import { fittedForecast } from './fitted-forecast.ts';
import { shrunkUsual, type UsualDays, usualDays, usualDaysSchema } from './usual-days.ts';

/** As `campaignCurve`, with the medians shrunk towards the hours of training days. */
export const usualCurve = fittedForecast('usual-days.json', {
  schema: usualDaysSchema,
  learn: usualDays,
  correction: usualCorrection,
});

/** What is usual, and what announcements do. */
export function usualCorrection(days: UsualDays): Correction {
  return {
    ratios: days.announced,
    usual: origin => shrunkUsual(origin, days),
    factors: origin => announcedAhead(origin, days.announced),
  };
}
