import { announcedAhead, announcedRatiosSchema } from './announced-ratios.ts';
import { fittedForecast } from './fitted-forecast.ts';
import { announcedRatios } from './learn-announced.ts';

/** The forecast by median, times how much more is counted in the same part of what was announced. */
export const campaignCurve = fittedForecast('campaign-curve.json', {
  schema: announcedRatiosSchema,
  learn: announcedRatios,
  correction: ratios => ({ ratios, factors: origin => announcedAhead(origin, ratios) }),
});
