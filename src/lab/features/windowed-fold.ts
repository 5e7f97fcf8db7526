import type { EventRecord } from '../../data/dataset/record.ts';
import type { Unit, UnitFold } from './feature-set.ts';

/** What a fold does with the windows of its stream, one after the other. */
export type Windows = {
  readonly windowMs: number;
  /** Beginning of the current window [ms]. */
  readonly startMs: () => number;
  readonly take: (record: EventRecord) => void;
  /** Returns the units of the current window, and begins the next one. */
  readonly close: () => readonly Unit[];
  /** True if the current window has units to close where the stream ends within it. */
  readonly isOpen: () => boolean;
};

/** A fold that closes a window when a record comes after its end. */
export function windowedFold({ windowMs, startMs, take, close, isOpen }: Windows): UnitFold {
  const closeUntil = (timeMs: number) => {
    if (startMs() + windowMs > timeMs) return none;
    const units: Unit[] = [];
    while (startMs() + windowMs <= timeMs) units.push(...close());
    return units;
  };
  return {
    push(record) {
      const units = closeUntil(record.timeMs);
      take(record);
      return units;
    },
    finish: endMs => [...closeUntil(endMs), ...(isOpen() && startMs() < endMs ? close() : none)],
  };
}

const none: readonly Unit[] = [];
