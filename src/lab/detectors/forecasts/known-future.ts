import type { Span } from '../../../base/time.ts';
import { positionIn, rounded } from './origin.ts';

/** How many curves `curvesAt` gives. */
export const curveCount = 6;

/** Shapes that the effect of what was announced may have, in an hour: three that decay by the hour, its first two hours, what is left of it. */
export function curvesAt(announced: readonly Span[], hourStartMs: number): readonly number[] {
  const position = positionIn(announced, hourStartMs);
  if (position === undefined) return none;
  const { hours, share } = position;
  const decaying = [12, 30, 70].map(decay => rounded(Math.exp(-hours / decay)));
  return [...decaying, hours < 1 ? 1 : 0, hours >= 1 && hours < 2 ? 1 : 0, 1 - share];
}

const none: readonly number[] = new Array<number>(curveCount).fill(0);
