import { formatScore } from '../lab/report/format-score.ts';

const phrases: Readonly<Record<string, (value: string, percent: string) => string>> = {
  heldOutDaysAveragePrecision: value => `on held-out days: average precision ${value}`,
  heldOutDaysOutsideShare: (_value, percent) => `on held-out days: ${percent} of the windows are outliers`,
  heldOutDaysForecastError: (_value, percent) => `on held-out days: forecasts are off by ${percent} of the events`,
  heldOutDaysMedianError: (_value, percent) => `on held-out days: medians of the hour are off by ${percent}`,
  leaves: value => `leaves of the tree: ${value}`,
};

/** A figure of a model's `validation` in words: "on held-out days: average precision 0.75". An unknown figure has its name. */
export function formatValidation(name: string, value: number | null): string {
  const text = value === null ? '-' : formatScore(value, 4);
  const percent = value === null ? '-' : `${formatScore(100 * value, 3)} %`;
  return phrases[name]?.(text, percent) ?? `${inWords(name)} ${text}`;
}

/** "heldOutDays" as "held out days". */
function inWords(name: string): string {
  return name.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`);
}
