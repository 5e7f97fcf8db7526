import type { Unit } from '../../features/feature-set.ts';
import { drawOf } from '../draws.ts';

/**
 * What no valid detector may use: who, by a hash of the id and by its letters' order, and when. A tree that finds anomalies by these
 * has found a leak.
 */
export const idsAndTimesOnly: { readonly names: readonly string[]; readonly of: (unit: Unit) => readonly number[] } = {
  names: ['idHash', 'idLength', 'idLastDigits', 'minuteOfDay', 'weekday'],
  of: unit => {
    const start = new Date(unit.startMs);
    return [
      drawOf(0, unit.entity.id),
      unit.entity.id.length,
      Number(/\d{1,6}$/.exec(unit.entity.id)?.[0] ?? -1),
      start.getUTCHours() * 60 + start.getUTCMinutes(),
      start.getUTCDay(),
    ];
  },
};
