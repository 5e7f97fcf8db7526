import { announcedAhead } from './announced-ratios.ts';
import { fittedForecast } from './fitted-forecast.ts';
import { shrunkUsual, usualDays, usualDaysSchema } from './usual-days.ts';

/** As `campaignCurve`, with the medians shrunk towards the hours of training days. */
export const usualCurve = fittedForecast('usual-days.json', {
  schema: usualDaysSchema,
  learn: usualDays,
  correction: days => ({
    ratios: days.announced,
    usual: origin => shrunkUsual(origin, days),
    factors: origin => announcedAhead(origin, days.announced),
  }),
});
