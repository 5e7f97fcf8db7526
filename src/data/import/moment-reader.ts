import { localMoments, momentOf, offsetMinutes, offsetOfDay } from '../../base/moment.ts';
import { dayMs, minuteMs } from '../../base/time.ts';
import { rfc3339Form } from '../../base/time-forms.ts';
import { dateOrders, momentIn, type TimeStyle } from './written-times.ts';

/** `2026-03-02 10:3`, the rest of the minute, seconds, a fraction, an offset. */
const usual =
  /^(\d{4}-\d\d-\d\d[T ](?:[01]\d|2[0-3]):\d)(\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?( ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?$/;

/** Clocks change at whole tens of minutes (Kathmandu's skipped a quarter of an hour in 1986), so stretches of ten minutes are remembered. */
const mostRemembered = 10_000;

const none: readonly number[] = [];

/** Reads many times of one file. What `momentOf` says of a stretch of ten minutes holds for all times in it. */
export class MomentReader {
  readonly #zone: string | undefined;
  readonly #remembered = new Map<string, readonly number[]>();
  /** The day that was read last: most files are in order. */
  #day: { readonly midnightMs: number; readonly offset: number | undefined } | undefined;
  /** Stretches that clocks skip. */
  readonly #skipped = new Set<string>();
  /** How many of the times that were read are skipped by clocks, so that they do not exist. */
  skipped = 0;

  /** @param zone for times without an offset from UTC; without it these are no moments */
  constructor(zone: string | undefined) {
    this.#zone = zone;
  }

  /** The moments that a text can mean [ms since the epoch]: none, one, or two where clocks are set back. */
  read(text: string): readonly number[] {
    const match = usual.exec(text) ?? usual.exec(rfc3339Form(text));
    if (match === null) return oneOf(momentOf(text, this.#zone));
    const [, stretch = '', minute = '0', second = '0', fraction = '', offset = ''] = match;
    const key = stretch + offset;
    let starts = this.#remembered.get(key);
    if (starts === undefined) {
      if (this.#remembered.size === mostRemembered) this.#remembered.clear();
      starts = offset === '' ? this.#inZone(`${stretch}0`) : oneOf(momentOf(`${stretch}0${offset}`));
      this.#remembered.set(key, starts);
    }
    if (this.#skipped.size > 0 && this.#skipped.has(key)) this.skipped += 1;
    const restMs = Number(minute) * minuteMs + Number(second) * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0'));
    if (starts.length === 0 || Number(second) > 59) return oneOf(momentOf(text, this.#zone));
    return starts.map(start => start + restMs);
  }

  #inZone(text: string): readonly number[] {
    const shownMs = momentOf(text, 'UTC');
    if (this.#zone === undefined || shownMs === undefined) return none;
    const offset = this.#offsetOf(Math.floor(shownMs / dayMs) * dayMs, this.#zone);
    if (offset !== undefined) return [shownMs - offset * minuteMs];
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = text.split(/[-T :]/).map(Number);
    const moments = localMoments({ year, month, day, hour, minute }, this.#zone);
    const [first = 0] = moments;
    if (first + offsetMinutes(first, this.#zone) * minuteMs !== shownMs) this.#skipped.add(text.slice(0, -1));
    return moments;
  }

  #offsetOf(midnightMs: number, zone: string): number | undefined {
    if (this.#day?.midnightMs !== midnightMs) this.#day = { midnightMs, offset: offsetOfDay(midnightMs, zone) };
    return this.#day.offset;
  }
}

const exampleOf = { dmy: '31.12.2026 14:30', mdy: '12/31/2026 14:30' } as const;

/** What is so about a text that is not a time, and what is expected instead. */
export function whyNoMoment(
  text: string,
  { timezone, dateOrder }: TimeStyle,
): readonly [problem: string, expectation: string] {
  const shown = JSON.stringify(text);
  const isLocal =
    momentIn(text, { dateOrder }) === undefined && momentIn(text, { dateOrder, timezone: 'UTC' }) !== undefined;
  if (timezone === undefined && isLocal)
    return [`${shown} has no zone`, '--timezone ZONE, such as Europe/Berlin or UTC'];
  if (/^\d{1,2}[./-](\d{1,2}[./-](\d{4}|\d{2})|[a-z]{3,9}[./-]\d{2})\b/i.test(text)) {
    if (dateOrder === undefined)
      return [
        `${shown} has its day or its month first`,
        'the year first: 2026-03-02 14:30, or --date-order dmy or mdy',
      ];
    const other = dateOrders.find(order => momentIn(text, { dateOrder: order, timezone: 'UTC' }) !== undefined);
    const hint = other === undefined ? '' : `; did you mean --date-order ${other}?`;
    return [`${shown} is not a time in the order ${dateOrder}`, `one such as ${exampleOf[dateOrder]}${hint}`];
  }
  return [
    `${shown} is not a time`,
    'one such as 2026-03-02T14:30:00Z, 2026-03-02 14:30 with --timezone, or seconds or milliseconds since 1970',
  ];
}

function oneOf(moment: number | undefined): readonly number[] {
  return moment === undefined ? none : [moment];
}
