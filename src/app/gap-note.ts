import { formatMinute } from '../base/time.ts';
import { pluralize } from '../base/words.ts';
import { type Gap, longestSilenceDays } from '../lab/features/sessions.ts';

/**
 * Collects the silences that split a stream into sessions, for one note about all of them: keeps the first and counts the others.
 *
 * @param dir the dataset that the note names
 */
export function gapNotes(dir?: string) {
  let first: Gap | undefined;
  let gaps = 0;
  return {
    onGap(gap: Gap): void {
      first ??= gap;
      gaps += 1;
    },
    /** Empty where there was none. */
    notes(): readonly string[] {
      if (first === undefined) return [];
      const { fromMs, toMs } = first;
      const over = `over ${longestSilenceDays} days`;
      const [more, verdict] =
        gaps === 1
          ? [`, ${over}`, 'a new session starts there']
          : [`, and ${pluralize(gaps - 1, 'more silence')} of ${over}`, 'each starts a new session'];
      const where = dir === undefined ? '' : `${dir}: `;
      return [`${where}no message from ${formatMinute(fromMs)} to ${formatMinute(toMs)}${more}: ${verdict}`];
    },
  };
}
