import { expect, test } from 'vitest';
import { heldOutDaysOutsideShare } from '../../../src/lab/detectors/one-class-svm/held-out-share.ts';
import { standardNormal } from '../../../src/shop/engine/distributions.ts';
import { randomStreams } from '../../../src/shop/engine/random.ts';

const windowsPerDay = 24;
const random = randomStreams(1).stream('held-out-share');
/** 20 days of 24 windows of two features, each day around a centre of its own. */
const rowsAround = (centreOf: (day: number) => number) =>
  Array.from({ length: 20 * windowsPerDay }, (_, index) => {
    const centre = centreOf(Math.floor(index / windowsPerDay));
    return [centre + standardNormal(random), centre + standardNormal(random)];
  });
const options = { gamma: 0.1, nu: 0.1 };

test('heldOutDaysOutsideShare: near nu where days are alike', async () => {
  // 480 windows: the standard error of a share of 0.1 is 0.014, and four folds learn from three quarters each.
  const share = await heldOutDaysOutsideShare(
    rowsAround(() => 0),
    windowsPerDay,
    options,
  );
  expect(share).toBeGreaterThan(0.05);
  expect(share).toBeLessThan(0.17);
});

test('heldOutDaysOutsideShare: nearly all where no day is like another, though each machine takes in its own days', async () => {
  const share = await heldOutDaysOutsideShare(
    rowsAround(day => 40 * day),
    windowsPerDay,
    options,
  );
  expect(share).toBeGreaterThan(0.95);
});

test.each([5, 24])(
  'heldOutDaysOutsideShare: holds out quarters of %i windows, which are no more than a day',
  async count => {
    const rows = rowsAround(() => 0).slice(0, count);
    const share = await heldOutDaysOutsideShare(rows, windowsPerDay, options);
    expect(share).toBeGreaterThanOrEqual(0);
    expect(share).toBeLessThan(1);
  },
);
