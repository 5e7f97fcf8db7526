/** How long a request may take before its broker counts as unreachable [ms]: more than a busy broker needs, and less than the patience of a person who watches. */
const usualPatienceMs = 8000;

/** Notes when a broker or a registry stops answering, and when it answers again; one for all that ask by a client. */
export class Reachability {
  readonly #url: string;
  readonly #onNote: (note: string) => void;
  readonly #patienceMs: number;
  #isReachable = true;
  /** Requests that have waited for too long, and still wait. */
  #overdue = 0;

  constructor(url: string, onNote: (note: string) => void, patienceMs: number = usualPatienceMs) {
    this.#url = url;
    this.#onNote = onNote;
    this.#patienceMs = patienceMs;
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
    this.#onNote(`${this.#url} ${isReachable ? 'answers again' : 'does not answer; waiting'}`);
  }
}
