import { decisionFunction } from './decision-function.ts';
import { trainOneClass } from './libsvm.ts';

/** Parts that the days are dealt out to. */
const folds = 4;

/**
 * The share of windows outside a machine that was not taught on their day [0, 1]: near `nu` if what is usual carries over to other days. Days,
 * not windows, are kept apart, in four folds; the kept machine learns from all of them.
 *
 * @param rows one a window, in order of time
 */
export async function heldOutDaysOutsideShare(
  rows: readonly (readonly number[])[],
  windowsPerDay: number,
  options: { readonly gamma: number; readonly nu: number },
): Promise<number> {
  const foldOf = (index: number) => Math.floor(index / windowsPerDay) % folds;
  let outside = 0;
  for (let fold = 0; fold < folds; fold += 1) {
    const seen = rows.filter((_, index) => foldOf(index) !== fold);
    const svm = decisionFunction(await trainOneClass(seen, options));
    outside += rows.filter((row, index) => foldOf(index) === fold && svm.anomaly(row) > 0).length;
  }
  return outside / rows.length;
}
