import { dayMs } from '../../../base/time.ts';
import { memoryDays, type SeriesMemory } from '../../features/series-memory.ts';

/** What was computed of past windows of a memory, by their beginning: it is the same for every later origin. One map a memory, of bounded size. */
export function knownWindows(): (memory: SeriesMemory, windowMs: number) => Map<number, readonly number[]> {
  const ofMemory = new WeakMap<SeriesMemory, Map<number, readonly number[]>>();
  return (memory, windowMs) => {
    const known = ofMemory.get(memory) ?? new Map();
    ofMemory.set(memory, known);
    if (known.size > (2 * memoryDays * dayMs) / windowMs) known.clear();
    return known;
  };
}
