import type { Gate, Shortfall } from '../evaluation/gate.ts';
import { figureText, twoFigures } from './result-columns.ts';
import { seedsText } from './seeds-text.ts';

/** Decimals that tell any two figures apart that are worth telling apart. */
const mostDigits = 16;

/** "price-error, cart, intensity blatant: recall 0.81, accepted 0.87". */
export function shortfallText(shortfall: Shortfall): string {
  const { anomaly, detector, variant, intensity, figure, accepted, found } = shortfall;
  const what = variant === 'clean' ? 'clean runs' : `intensity ${intensity}`;
  const [now, before] =
    accepted === null || found === null
      ? [figureText(found, 2), figureText(accepted, 2)]
      : twoFigures(found, accepted, mostDigits);
  return `${anomaly}, ${detector}, ${what}: ${figure === 'missing' ? 'no such row' : `${figure} ${now}, accepted ${before}`}`;
}

/** What to know when figures are held against a gate that was made with other seeds; undefined when they are the same. */
export function otherSeedsText(gate: Gate, file: string, used: Pick<Gate, 'seeds' | 'firstSeed'>): string | undefined {
  if (gate.seeds === used.seeds && gate.firstSeed === used.firstSeed) return undefined;
  return `${file} was made with ${rangeText(gate)}, compared with it ${used.seeds === 1 ? 'is' : 'are'} ${rangeText(used)}: figures of other runs differ by chance too`;
}

function rangeText({ seeds, firstSeed }: Pick<Gate, 'seeds' | 'firstSeed'>): string {
  return seedsText(Array.from({ length: seeds }, (_, index) => firstSeed + index));
}
