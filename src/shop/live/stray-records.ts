import { addFindings, type Findings } from '../../broker/message-source.ts';
import { RecentIds } from './recent-ids.ts';

const placesKept = 100_000;

/** Records in the topics of a run that are none of its messages. Each counts once, however many readers of a process find it. */
export class StrayRecords {
  readonly #onNote: (note: string) => void;
  readonly #places = new RecentIds(placesKept);
  #findings: Findings | undefined;

  /** @param onNote called with the first of each cause, at once */
  constructor(onNote: (note: string) => void = () => undefined) {
    this.#onNote = onNote;
  }

  /** By cause; undefined if there are none. */
  get findings(): Findings | undefined {
    return this.#findings;
  }

  /** @param place topic/partition and offset */
  add(what: string, place: string, { detail, records }: { readonly detail: string; readonly records: number }): void {
    if (this.#places.has(place)) return;
    this.#places.add(place);
    const first = detail === '' ? place : `${place}: ${detail}`;
    if (this.#findings?.[what] === undefined) this.#onNote(`a record is left out: ${what}, ${first}`);
    this.#findings = addFindings(this.#findings, { [what]: { messages: records, first } });
  }
}
