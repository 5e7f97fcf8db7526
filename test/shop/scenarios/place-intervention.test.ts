import { expect, test } from 'vitest';
import type { Span } from '../../../src/base/time.ts';
import { freePlace } from '../../../src/shop/scenarios/place-intervention.ts';

const run = { startMs: 0, endMs: 100 };
const options = { run, others: [], position: undefined, gapMs: 0 };
const planned = { id: 'late', at: 'random', duration: 'random' } as const;

test('freePlace tries each of its 1000 draws', () => {
  const draws: Span[] = [];
  const draw = () => {
    const place = { startMs: draws.length < 999 ? -10 : 10, endMs: 20 };
    draws.push(place);
    return place;
  };
  expect(freePlace(planned, draw, options)).toEqual({ startMs: 10, endMs: 20 });
  expect(draws).toHaveLength(1000);
});
