/** Samples from `first` to `last`, both included. */
export type Segment = { readonly first: number; readonly last: number };

/** The longest stretches of samples for which `isIn` is true. */
export function segmentsOf(length: number, isIn: (index: number) => boolean): readonly Segment[] {
  const segments: Segment[] = [];
  let first: number | undefined;
  for (let index = 0; index <= length; index++) {
    const inside = index < length && isIn(index);
    if (inside) first ??= index;
    if (inside || first === undefined) continue;
    segments.push({ first, last: index - 1 });
    first = undefined;
  }
  return segments;
}
