/** A message that an anomaly caused, and the label of the anomaly. */
export type DirectCause = { readonly messageId: string; readonly labelId: string };

/** The labels of one message, sorted, and how many of them were returned. */
type Mark = { labels: readonly string[]; emitted: number };

/**
 * Follows causation from an anomaly's own messages onwards: a message is caused `direct` if it is a root or if its cause is caused.
 * Fed in dataset order; a cause has an earlier time than its effect or the same millisecond, in which it may come later.
 * Remembers caused messages only.
 */
export class DirectCauses {
  readonly #roots: ReadonlyMap<string, readonly string[]>;
  readonly #marks = new Map<string, Mark>();
  #timeMs = Number.NEGATIVE_INFINITY;
  #group: { readonly id: string; readonly causationId: string }[] = [];

  /** @param roots label ids by message id */
  constructor(roots: ReadonlyMap<string, readonly string[]>) {
    this.#roots = roots;
  }

  /** Takes the next message; returns the causes found in the milliseconds that it ends, in dataset order. */
  push(timeMs: number, id: string, causationId: string): readonly DirectCause[] {
    if (this.#roots.size === 0) return [];
    const found = timeMs === this.#timeMs ? [] : this.finish();
    this.#timeMs = timeMs;
    this.#group.push({ id, causationId });
    return found;
  }

  /** The causes of the last millisecond. */
  finish(): readonly DirectCause[] {
    const group = this.#group;
    this.#group = [];
    let isChanged = true;
    while (isChanged) {
      isChanged = false;
      for (const { id, causationId } of group) if (this.#mark(id, causationId)) isChanged = true;
    }
    const found: DirectCause[] = [];
    for (const { id } of group) {
      const mark = this.#marks.get(id);
      if (mark === undefined || mark.emitted === mark.labels.length) continue;
      for (const labelId of mark.labels.slice(mark.emitted)) found.push({ messageId: id, labelId });
      mark.emitted = mark.labels.length;
    }
    return found;
  }

  /** True if the message got a new label. */
  #mark(id: string, causationId: string): boolean {
    const roots = this.#roots.get(id);
    const cause = this.#marks.get(causationId);
    if (roots === undefined && cause === undefined) return false;
    const mark = this.#marks.get(id);
    const known = mark?.labels ?? [];
    const added = [...new Set([...(roots ?? []), ...(cause?.labels ?? [])])].filter(label => !known.includes(label));
    if (added.length === 0) return false;
    const emitted = mark?.emitted ?? 0;
    const open = [...known.slice(emitted), ...added].sort();
    this.#marks.set(id, { labels: [...known.slice(0, emitted), ...open], emitted });
    return true;
  }
}
