import type { Gate, Shortfall } from '../evaluation/gate.ts';
import { cleanGroup } from '../evaluation/result-rows.ts';
import { formatSeeds } from './format-seeds.ts';
import { formatFigure, twoFigures } from './result-columns.ts';

/** The most decimals that are shown to make two figures differ. */
const mostDigits = 16;

/** "price-error, cart, intensity blatant: recall 0.81, accepted 0.87". */
export function formatShortfall(shortfall: Shortfall): string {
  const { anomaly, detector, variant, intensity, figure, accepted, found } = shortfall;
  const about = `${anomaly}, ${detector}, ${formatRuns({ variant, intensity })}`;
  if (figure === 'missing') return `${about}: the results have no such row`;
  if (figure === 'not accepted') return `${about}: the gate has no figures for it; --update-gate adds them`;
  const [now, before] =
    accepted === null || found === null
      ? [formatFigure(found, 2), formatFigure(accepted, 2)]
      : twoFigures(found, accepted, mostDigits);
  return `${about}: ${figure} ${now}, accepted ${before}`;
}

/** "intensity blatant", "clean runs". */
export function formatRuns({ variant, intensity }: Pick<Shortfall, 'variant' | 'intensity'>): string {
  return variant === cleanGroup.variant ? 'clean runs' : `intensity ${intensity}`;
}

/** A note for figures that are compared with a gate of other seeds; undefined when the seeds are the same. */
export function formatOtherSeeds(
  gate: Gate,
  file: string,
  used: Pick<Gate, 'seeds' | 'firstSeed'>,
): string | undefined {
  if (gate.seeds === used.seeds && gate.firstSeed === used.firstSeed) return undefined;
  return `${file} was made with ${formatRange(gate)}, but is compared with ${formatRange(used)}: figures of other runs also differ by chance`;
}

function formatRange({ seeds, firstSeed }: Pick<Gate, 'seeds' | 'firstSeed'>): string {
  return formatSeeds(Array.from({ length: seeds }, (_, index) => firstSeed + index));
}
