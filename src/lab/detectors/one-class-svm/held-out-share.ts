import { decisionFunction } from './decision-function.ts';
import { trainOneClass } from './libsvm.ts';

/** How many folds the days are divided into. */
const folds = 4;

/**
 * The share of windows that lie outside an SVM that was not trained on their day [0, 1]. It is near `nu` if the usual pattern holds on other
 * days. Days, not windows, are held out, in four folds; of fewer than four days, quarters of all windows. The final SVM is trained on all days.
 *
 * @param rows one a window, in order of time
 */
export async function heldOutDaysOutsideShare(
  rows: readonly (readonly number[])[],
  windowsPerDay: number,
  options: { readonly gamma: number; readonly nu: number },
): Promise<number> {
  const together = Math.min(windowsPerDay, Math.ceil(rows.length / folds));
  const foldOf = (index: number) => Math.floor(index / together) % folds;
  let outside = 0;
  for (let fold = 0; fold < folds; fold += 1) {
    const seen = rows.filter((_, index) => foldOf(index) !== fold);
    const svm = decisionFunction(await trainOneClass(seen, options));
    outside += rows.filter((row, index) => foldOf(index) === fold && svm.anomaly(row) > 0).length;
  }
  return outside / rows.length;
}
