/** Counts over the last few windows, this one included; constant memory. */
export type TrailingCounts = ReturnType<typeof trailingCounts>;

/** Zeroed counts of `columns` quantities over `windows` windows. */
export function trailingCounts(windows: number, columns: number) {
  const counts = new Float64Array(windows * columns);
  let newest = Number.NEGATIVE_INFINITY;

  function advance(windowIndex: number): void {
    if (windowIndex - newest >= windows) counts.fill(0);
    else {
      for (let index = newest + 1; index <= windowIndex; index += 1) {
        const row = (index % windows) * columns;
        counts.fill(0, row, row + columns);
      }
    }
    newest = Math.max(newest, windowIndex);
  }

  return {
    /** Adds `amount` to a column in the window with this index; indices never fall. */
    add(windowIndex: number, column: number, amount: number): void {
      advance(windowIndex);
      const at = (windowIndex % windows) * columns + column;
      counts[at] = (counts[at] ?? 0) + amount;
    },
    /** The column's sum over the `windows` windows that end with this index. */
    sum(windowIndex: number, column: number): number {
      advance(windowIndex);
      let total = 0;
      for (let row = 0; row < windows; row += 1) total += counts[row * columns + column] ?? 0;
      return total;
    },
    /** In how many of those windows the column was above zero. */
    windowsWith(windowIndex: number, column: number): number {
      advance(windowIndex);
      let total = 0;
      for (let row = 0; row < windows; row += 1) if ((counts[row * columns + column] ?? 0) > 0) total += 1;
      return total;
    },
  };
}
