/**
 * Watches whether the messages of each partition come in the order of their times. This is known only for partitions that were read from their first
 * message on; a collection that continues at a checkpoint reads only the rest.
 */
export class TimeOrder {
  readonly #partitions = new Map<string, { checkedTo: number; lastMs: number; isOrdered: boolean }>();

  /** True if something was seen, and all of it from the beginning and in order. */
  get isKnownToHold(): boolean {
    const states = [...this.#partitions.values()];
    return states.length > 0 && states.every(({ isOrdered }) => isOrdered);
  }

  /**
   * Takes a partition's consecutive messages; those taken before are skipped.
   *
   * @param place names the partition
   * @param low the partition's first offset
   * @param from where the reading was, at or before the first message
   */
  watch(
    place: string,
    messages: readonly { readonly offset: number; readonly timeMs: number }[],
    { low, from, nextOffset }: { readonly low: number; readonly from: number; readonly nextOffset: number },
  ): void {
    const state = this.#partitions.get(place) ?? { checkedTo: low, lastMs: Number.NEGATIVE_INFINITY, isOrdered: true };
    this.#partitions.set(place, state);
    if (from > state.checkedTo) state.isOrdered = false;
    for (const { offset, timeMs } of messages) {
      if (offset < state.checkedTo) continue;
      if (timeMs < state.lastMs) state.isOrdered = false;
      state.lastMs = timeMs;
    }
    state.checkedTo = Math.max(state.checkedTo, nextOffset);
  }
}
