import type { Gate, Shortfall } from '../evaluation/gate.ts';
import { cleanGroup } from '../evaluation/result-rows.ts';
import { formatSeeds } from './format-seeds.ts';
import { formatFigure, twoFigures } from './result-columns.ts';

/** Decimals that tell any two figures apart that are worth telling apart. */
const mostDigits = 16;

/** "price-error, cart, intensity blatant: recall 0.81, accepted 0.87". */
export function formatShortfall(shortfall: Shortfall): string {
  const { anomaly, detector, variant, intensity, figure, accepted, found } = shortfall;
  const what = variant === cleanGroup.variant ? 'clean runs' : `intensity ${intensity}`;
  const about = `${anomaly}, ${detector}, ${what}`;
  if (figure === 'missing') return `${about}: no such row`;
  if (figure === 'not accepted') return `${about}: the gate accepts nothing of it; --update-gate does`;
  const [now, before] =
    accepted === null || found === null
      ? [formatFigure(found, 2), formatFigure(accepted, 2)]
      : twoFigures(found, accepted, mostDigits);
  return `${about}: ${figure} ${now}, accepted ${before}`;
}

/** What to know when figures are held against a gate that was made with other seeds; undefined when they are the same. */
export function formatOtherSeeds(
  gate: Gate,
  file: string,
  used: Pick<Gate, 'seeds' | 'firstSeed'>,
): string | undefined {
  if (gate.seeds === used.seeds && gate.firstSeed === used.firstSeed) return undefined;
  return `${file} was made with ${formatRange(gate)}, compared with it ${used.seeds === 1 ? 'is' : 'are'} ${formatRange(used)}: figures of other runs differ by chance too`;
}

function formatRange({ seeds, firstSeed }: Pick<Gate, 'seeds' | 'firstSeed'>): string {
  return formatSeeds(Array.from({ length: seeds }, (_, index) => firstSeed + index));
}
