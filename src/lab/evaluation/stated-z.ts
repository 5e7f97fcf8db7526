import type { Label } from '../../data/dataset/truth.ts';

/** What stands out less than this from chance cannot be detected reliably (Renz et al. 2023, arXiv 2308.12925). */
export const smallestVisibleZ = 3;

/** How far a label stands out from chance, as the simulation states it; null where it does not. */
export function statedZ({ parameters, receipt }: Pick<Label, 'parameters' | 'receipt'>): number | null {
  const z = parameters.visibilityZ ?? receipt.visibilityZ;
  return typeof z === 'number' ? Math.abs(z) : null;
}
