import { pluralize } from '../base/pluralize.ts';
import { minuteInWords } from '../lab/features/series-calendar.ts';
import { type Gap, longestSilenceDays } from '../lab/features/sessions.ts';

/** Keeps silences that cut a stream into several, for one line about all of them. */
export type GapNotes = {
  readonly onGap: (gap: Gap) => void;
  /** Empty where there was none. */
  readonly notes: () => readonly string[];
};

/** Holds the first gap only, however many there are. */
export function gapNotes(): GapNotes {
  let first: Gap | undefined;
  let gaps = 0;
  return {
    onGap(gap) {
      first ??= gap;
      gaps += 1;
    },
    notes() {
      if (first === undefined) return [];
      const { fromMs, toMs } = first;
      const over = `over ${longestSilenceDays} days`;
      const [more, verdict] =
        gaps === 1
          ? [`, ${over}`, 'another stream begins there']
          : [`, and ${pluralize(gaps - 1, 'more silence')} of ${over}`, 'each begins another stream'];
      return [`no message from ${minuteInWords(fromMs)} to ${minuteInWords(toMs)}${more}: ${verdict}`];
    },
  };
}
