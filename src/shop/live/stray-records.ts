import { addFinding, type Findings, type FoundAt } from '../../broker/message-source.ts';
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

  /** @param found at topic/partition and offset */
  add(what: string, found: FoundAt): void {
    if (this.#places.has(found.place)) return;
    this.#places.add(found.place);
    const isNew = this.#findings?.[what] === undefined;
    this.#findings = addFinding(this.#findings, what, found);
    if (isNew) this.#onNote(`a record is left out: ${what}, ${this.#findings?.[what]?.first}`);
  }
}
