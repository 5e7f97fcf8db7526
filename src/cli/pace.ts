import { formatDuration } from '../base/format-time.ts';
import { minuteMs } from '../base/time.ts';
import { inThousands } from '../base/words.ts';

/** Work shorter than this does not show how much time is left [s]. */
const leastSeconds = 2;

/**
 * How far work has come, with its speed: the mean since the first update. What was done before that, as in work that is resumed, does not
 * count.
 */
export function startPace(nowMs: () => number) {
  let first: Moment | undefined;
  let last: Moment = { atMs: 0, done: 0, total: 0 };
  return {
    update(done: number, total: number): void {
      last = { atMs: first !== undefined && done === last.done ? last.atMs : nowMs(), done, total };
      first ??= last;
    },
    /** "12,000 of 80,000 (15 %), 4,000/s, about 17 s left"; no rate below one a second, and no time left that is not known. */
    text(): string {
      const { done, total } = last;
      const counted = `${inThousands(done)} of ${inThousands(total)} (${Math.floor((100 * done) / Math.max(1, total))} %)`;
      return [counted, ...(first === undefined ? [] : speedBetween(first, last, nowMs()))].join(', ');
    },
  };
}

type Moment = { readonly atMs: number; readonly done: number; readonly total: number };

function speedBetween(first: Moment, last: Moment, nowMs: number): readonly string[] {
  const seconds = (last.atMs - first.atMs) / 1000;
  const perSecond = (last.done - first.done) / seconds;
  if (seconds < leastSeconds || perSecond <= 0) return [];
  const leftMs = (1000 * (last.total - last.done)) / perSecond - (nowMs - last.atMs);
  return [
    ...(perSecond < 1 ? [] : [`${inThousands(Number(perSecond.toPrecision(2)))}/s`]),
    ...(leftMs <= 0 ? [] : [`about ${formatDuration(Math.max(1000, leftMs) / minuteMs)} left`]),
  ];
}
