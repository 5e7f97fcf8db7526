/** A value of a channel; `value` is its text in the source, so that it stays what it was. */
export type Sample = { readonly timeMs: number; readonly channel: number; readonly value: string };

/** Order of `series.csv`: by time, then by the channel's first appearance. */
export function bySampleOrder(a: Sample, b: Sample): number {
  return a.timeMs - b.timeMs || a.channel - b.channel;
}
