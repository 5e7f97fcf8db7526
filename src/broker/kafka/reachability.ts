/** How long a request may take before its broker counts as unreachable [ms]: more than a busy broker needs, and less than the patience of a person who watches. */
const patienceMs = 8000;

/** Tells when a broker stops answering, and when it answers again; one for all that read by a client. */
export class Reachability {
  readonly #onChange: (isReachable: boolean) => void;
  readonly #patienceMs: number;
  #isReachable = true;

  constructor(onChange: (isReachable: boolean) => void, patience: number = patienceMs) {
    this.#onChange = onChange;
    this.#patienceMs = patience;
  }

  /** Watches one request with all its retries. */
  async during<Answer>(answer: Promise<Answer>): Promise<Answer> {
    const timer = setTimeout(() => this.#change(false), this.#patienceMs);
    try {
      const answered = await answer;
      this.#change(true);
      return answered;
    } finally {
      clearTimeout(timer);
    }
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
