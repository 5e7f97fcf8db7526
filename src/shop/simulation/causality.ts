import type { Message } from '../../broker/message.ts';
import type { Tally, Trace } from '../interventions/intervention.ts';

/** Follows the chains of causation from what interventions did, message by message. */
export class Causality {
  /** Intervention by the id of a message that it caused. */
  readonly #causedBy = new Map<string, InterventionTrace>();

  /**
   * A trace for one intervention.
   *
   * @param onRoot receives each message that the intervention itself published
   */
  trace(onRoot: (message: Message) => void): Trace {
    return new InterventionTrace(this.#causedBy, onRoot);
  }

  /** Sees every message, in the order of publication. A command is counted once, in its service's inbox. */
  observe(message: Message): void {
    const trace = this.#causedBy.get(message.causationid);
    if (trace === undefined || this.#causedBy.has(message.id)) return;
    this.#causedBy.set(message.id, trace);
    trace.count(message);
  }
}

class InterventionTrace implements Trace {
  readonly caused = new Map<string, { -readonly [Figure in keyof Tally]: Tally[Figure] }>();
  readonly users = new Set<string>();
  readonly #causedBy: Map<string, InterventionTrace>;
  readonly #onRoot: (message: Message) => void;

  constructor(causedBy: Map<string, InterventionTrace>, onRoot: (message: Message) => void) {
    this.#causedBy = causedBy;
    this.#onRoot = onRoot;
  }

  readonly act = (message: Message): void => {
    // An act that answers what was caused before has been seen, and counted, at its publication.
    const isNew = !this.#causedBy.has(message.id);
    this.#causedBy.set(message.id, this);
    this.#onRoot(message);
    if (isNew) this.count(message);
  };

  count({ type, time, data }: Message): void {
    const tally = this.caused.get(type) ?? { count: 0, units: 0, firstMs: time, lastMs: time };
    this.caused.set(type, tally);
    tally.count += 1;
    if (typeof data.quantity === 'number') tally.units += data.quantity;
    tally.lastMs = time;
    if (typeof data.userId === 'string') this.users.add(data.userId);
  }
}
