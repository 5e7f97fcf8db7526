/** How long a request may take before its broker counts as unreachable [ms]: more than a busy broker needs, and less than the patience of a person who watches. */
const patienceMs = 8000;

/** Tells when a broker stops answering, and when it answers again; one for all that read by a client. */
export class Reachability {
  readonly #onChange: (isReachable: boolean) => void;
  readonly #patienceMs: number;
  #isReachable = true;
  /** Requests that have waited for too long, and still wait. */
  #overdue = 0;

  constructor(onChange: (isReachable: boolean) => void, patience: number = patienceMs) {
    this.#onChange = onChange;
    this.#patienceMs = patience;
  }

  /** Watches one request with all its retries. */
  async during<Answer>(answer: Promise<Answer>): Promise<Answer> {
    let isOverdue = false;
    const timer = setTimeout(() => {
      isOverdue = true;
      this.#overdue += 1;
      this.#change(false);
    }, this.#patienceMs);
    try {
      await answer;
    } finally {
      clearTimeout(timer);
      if (isOverdue) this.#overdue -= 1;
    }
    if (this.#overdue === 0) this.#change(true);
    return answer;
  }

  #change(isReachable: boolean): void {
    if (isReachable === this.#isReachable) return;
    this.#isReachable = isReachable;
    this.#onChange(isReachable);
  }
}

/** @param onNote called with one line when `url` stops answering, and with one when it answers again */
export function noting(url: string, onNote: (note: string) => void): Reachability {
  return new Reachability(isReachable =>
    onNote(isReachable ? `${url} answers again` : `${url} does not answer; waiting`),
  );
}
