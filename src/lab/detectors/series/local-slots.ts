import { offsetMinutes } from '../../../base/moment.ts';
import { dayMs, hourMs, minuteMs } from '../../../base/time.ts';
import { isWeekend } from '../../features/series-calendar.ts';

/** Where a moment lies in the local calendar: the day since 1970, and the slot of that day, from 0. */
export type LocalSlot = { readonly day: number; readonly slot: number };

/** Reads moments by the local calendar of a zone, in slots of `slotMs`. On the day that clocks are set back, two moments have the same slot. */
export function localSlots(timezone: string, slotMs: number): (timeMs: number) => LocalSlot {
  const localMs = localTime(timezone);
  return timeMs => {
    const local = localMs(timeMs);
    const day = Math.floor(local / dayMs);
    return { day, slot: Math.floor((local - day * dayMs) / slotMs) };
  };
}

/** What clocks in a zone show, as ms since 1970 on these clocks. */
export function localTime(timezone: string): (timeMs: number) => number {
  const offsetAt = (timeMs: number) => offsetMinutes(timeMs, timezone) * minuteMs;
  let [fromMs, toMs, offset] = [0, 0, 0];
  return timeMs => {
    if (timeMs < fromMs || timeMs >= toMs) {
      fromMs = Math.floor(timeMs / dayMs) * dayMs;
      toMs = fromMs + dayMs;
      offset = offsetAt(fromMs);
      // On a day that clocks change, each hour is asked.
      if (offset !== offsetAt(toMs)) {
        fromMs = Math.floor(timeMs / hourMs) * hourMs;
        toMs = fromMs + hourMs;
        offset = offsetAt(timeMs);
      }
    }
    return timeMs + offset;
  };
}

/** Saturday or Sunday. */
export function isWeekendDay(day: number): boolean {
  return isWeekend(day * dayMs);
}
