import { expect, test } from 'vitest';
import { onLadder } from '../../../src/shop/interventions/ladder.ts';

test('onLadder: the figure of an intensity, or one between and beyond for a strength', () => {
  const steps = { subtle: 2, moderate: 4, blatant: 12 };
  expect(onLadder({ intensity: 'moderate' }, steps)).toBe(4);
  const at = (strength: number) => onLadder({ intensity: 'subtle', strength }, steps);
  expect([1, 2, 3].map(at)).toEqual([2, 4, expect.closeTo(12, 9)]);
  expect([0, 1.5, 2.5].map(at)).toEqual([1, expect.closeTo(2.828, 3), expect.closeTo(6.928, 3)]);
});
